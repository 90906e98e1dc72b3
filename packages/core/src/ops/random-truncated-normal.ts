import { checkOptions } from "../errors/options.ts";
import type { Shape } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { clip } from "./clip.ts";
import { add, mul } from "./elementwise.ts";
import { erfInv } from "./erf-inverse.ts";
import { normalFields, type NormalOptions, type RandomKey, randomUniform } from "./random.ts";

/** The part of a normal distribution within two deviations of its mean, erf(sqrt 2). */
const inside = 0.9544997361036416;

/**
 * Normal numbers without those further than two deviations from the mean, by the inverse of the distribution function. `deviation` is that of the whole
 * normal distribution: the numbers' own is 0.8796256610342398 times that.
 */
export function randomTruncatedNormal(key: RandomKey, shape: Shape, options: NormalOptions = {}): Tensor {
  checkOptions("randomTruncatedNormal", normalFields, options);
  const { mean = 0, deviation = 1, dtype = "float32" } = options;
  const uniform = randomUniform(key, shape, { low: -inside, high: inside, dtype });
  return add(mul(clip(mul(erfInv(uniform), Math.SQRT2), -2, 2), deviation), mean);
}
