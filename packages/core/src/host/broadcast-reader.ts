import type { TypedArray } from "../tensor/dtype.ts";
import { broadcastAxes, mergeAxes } from "../tensor/merge-axes.ts";
import type { Shape } from "../tensor/shape.ts";

/** Reads an array as if its axes of size 1 were repeated, any part of the result at a time. */
export class BroadcastReader {
  /** Sizes of the result's axes, and the stride along each in the array. */
  private readonly sizes: readonly number[];
  private readonly strides: readonly number[];

  constructor(shape: Shape, to: Shape) {
    const axes = mergeAxes(broadcastAxes(shape, to));
    this.sizes = axes.map(({ size }) => size);
    this.strides = axes.map(({ strides: [stride] }) => stride!);
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
