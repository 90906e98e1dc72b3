import type { DType } from "../tensor/dtype.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { div, equal, less, mul, sqrt, where } from "./elementwise.ts";

/**
 * The square root of a sum of squares of floats, without overflow between: `sumOf` adds up what it squares with the function that it is given. It is
 * asked three times, for large, small and ordinary numbers (Blue 1978, https://doi.org/10.1145/355769.355771), which is one pass over them.
 */
export function rootOfSquares(dtype: DType, sumOf: (squares: (x: Tensor) => Tensor) => Tensor): Tensor {
  // A power of two that brings both ends of the dtype to where squares are held, and the sum below which squares are too small.
  const [scale, small] = dtype === "float64" ? [2 ** 700, 2 ** -600] : [2 ** 100, 2 ** -80];
  const sum = (by: number): Tensor =>
    sumOf((x) => {
      const scaled = by === 1 ? x : mul(x, by);
      return mul(scaled, scaled);
    });
  const plain = sum(1);
  const ofLarge = mul(sqrt(sum(1 / scale)), scale);
  const ofSmall = div(sqrt(sum(scale)), scale);
  return where(equal(plain, Infinity), ofLarge, where(less(plain, small), ofSmall, sqrt(plain)));
}
