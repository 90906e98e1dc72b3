/** How many calls a stack keeps, so that the caller's line is among them however deep the model is. */
const stackDepth = 200;

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
    const { stackTraceLimit } = Error as { readonly stackTraceLimit?: number };
    Reflect.set(Error, "stackTraceLimit", stackDepth);
    super(layer === undefined ? problem : `${problem}\n  in layer ${layer}`);
    Reflect.set(Error, "stackTraceLimit", stackTraceLimit);
    this.code = code;
    this.layer = layer;
  }
}

/** The shape as messages print it: `[2, 3]`. */
export function show(shape: readonly unknown[]): string {
  if (!Array.isArray(shape)) return typeof shape;
  return `[${Array.from(shape, (one) => (Object(one) === one ? typeof one : String(one))).join(", ")}]`;
}

/** Runs `body`; an error without a layer comes out naming `path`. */
export function inLayer<Result>(path: string, body: () => Result): Result {
  if (typeof body !== "function")
    throw new GradloomError(
      "no-function",
      `inLayer: the body is ${typeof body}; give a function that builds the layer`,
    );
  try {
    return body();
  } catch (error) {
    if (!(error instanceof GradloomError) || error.layer !== undefined) throw error;
    const located = new GradloomError(error.code, error.message, path);
    if (error.stack !== undefined) located.stack = error.stack.replace(error.message, () => located.message);
    throw located;
  }
}
