/**
 * The extension points: for each kind, the type of its values. A package adds its own kind by declaring this interface once more in a
 * `declare module "@gradloom/core"` block.
 */
export interface Kinds {}

/** The name of an extension point. */
export type Kind = Extract<keyof Kinds, string>;
