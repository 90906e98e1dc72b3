/** By this name Node's `console.log` finds what an object says of itself. */
const inspect: unique symbol = /*#__PURE__*/ Symbol.for("nodejs.util.inspect.custom");

/** What logs and JSON show as its `toString` says, not as the graph inside of it. */
export abstract class Printed {
  abstract toString(): string;

  toJSON(): string {
    return this.toString();
  }

  /** @internal */
  protected [inspect](): string {
    return this.toString();
  }
}
