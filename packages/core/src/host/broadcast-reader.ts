import type { TypedArray } from "../tensor/dtype.ts";
import type { Shape } from "../tensor/shape.ts";

/** Reads an array as if its axes of size 1 were repeated, any stretch of the result at a time. */
export class Stretch {
  /** Sizes of the result, neighbouring axes that are alike joined, and the step in the source for each. */
  private readonly sizes: number[] = [];
  private readonly strides: number[] = [];

  constructor(shape: Shape, to: Shape) {
    const repeats: boolean[] = [];
    for (let axis = 0; axis < to.length; axis++) {
      if (to[axis] === 1) continue;
      const repeated = shape[axis] === 1;
      if (repeats.at(-1) === repeated) this.sizes[this.sizes.length - 1]! *= to[axis]!;
      else {
        this.sizes.push(to[axis]!);
        repeats.push(repeated);
      }
    }
    let stride = 1;
    for (let axis = this.sizes.length - 1; axis >= 0; axis--) {
      this.strides[axis] = repeats[axis] === true ? 0 : stride;
      if (repeats[axis] !== true) stride *= this.sizes[axis]!;
    }
  }

  /** Writes elements start to start + count of the result to the front of `target`. */
  fill(target: TypedArray, source: TypedArray, offset: number, start: number, count: number): void {
    const { sizes, strides } = this;
    const last = sizes.length - 1;
    const length = sizes[last]!;
    const step = strides[last]!;
    let done = 0;
    while (done < count) {
      let rest = start + done;
      const inLast = rest % length;
      rest = (rest - inLast) / length;
      let from = offset + inLast * step;
      for (let axis = last - 1; axis >= 0; axis--) {
        from += (rest % sizes[axis]!) * strides[axis]!;
        rest = Math.floor(rest / sizes[axis]!);
      }
      const run = Math.min(length - inLast, count - done);
      if (step === 0) target.fill(source[from]!, done, done + run);
      else for (let at = 0; at < run; at++) target[done + at] = source[from + at]!;
      done += run;
    }
  }
}
