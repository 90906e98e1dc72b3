/**
 * Every error that the library throws. `message` reads *operation: what meets what, which rule; what to do*, then the layer.
 * `code` is stable and is the anchor of the error's section in docs/errors.md.
 */
export class GradloomError extends Error {
  override readonly name = "GradloomError";
  readonly code: string;
  /** Path of the layer in which it happened, innermost. */
  readonly layer: string | undefined;

  constructor(code: string, problem: string, layer?: string) {
    super(layer === undefined ? problem : `${problem}\n  in layer ${layer}`);
    this.code = code;
    this.layer = layer;
  }
}

/** The shape as messages print it: `[2, 3]`. */
export function show(shape: readonly unknown[]): string {
  return `[${shape.join(", ")}]`;
}

/** What messages call a value in the place of which something else was wanted: short, on one line, whatever it is. */
export function showValue(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value.length > 40 ? `${value.slice(0, 40)}…` : value);
  if (typeof value === "function") return "a function";
  if (typeof value !== "object" || value === null) return String(value);
  const { shape, dtype, then } = value as Partial<Record<"shape" | "dtype" | "then", unknown>>;
  if (Array.isArray(shape) && typeof dtype === "string") return `${dtype} ${show(shape)}`;
  if (Array.isArray(value)) return `a list of ${value.length}`;
  return typeof then === "function" ? "a promise" : "an object";
}

/** Runs `body`; an error without a layer comes out naming `path`. */
export function inLayer<Result>(path: string, body: () => Result): Result {
  try {
    return body();
  } catch (error) {
    if (!(error instanceof GradloomError) || error.layer !== undefined) throw error;
    const located = new GradloomError(error.code, error.message, path);
    if (error.stack !== undefined) located.stack = error.stack.replace(error.message, () => located.message);
    throw located;
  }
}
