import { checkTensor } from "./apply.ts";
import { showValue } from "../errors/show-value.ts";
import { GradloomError } from "../errors/gradloom-error.ts";
import { checkOptions, type Fields } from "../errors/options.ts";
import { required, wholeNumber } from "../errors/rules.ts";
import type { Shape } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { axisFields, axisOf } from "./axes.ts";
import { cast } from "./cast.ts";
import { add, log, maximum, neg } from "./elementwise.ts";
import { toFloat } from "./operands.ts";
import { gather } from "./gather.ts";
import { iota } from "./ranges.ts";
import { deriveKey, randomBits, type RandomKey, randomUnit } from "./random.ts";
import { argMax, refuseEmpty } from "./reduce.ts";
import { remainder } from "./rounding.ts";
import { argSort } from "./sort.ts";

/** The range of random whole numbers: from `low` (0 if left out) up to before `high`. */
export interface IntegerOptions {
  readonly low?: number;
  readonly high: number;
}

const integerFields: Fields<IntegerOptions> = {
  low: wholeNumber(),
  high: required(wholeNumber()),
};

/** Whole numbers spread evenly over [low, high), int32. The remainder of 32 bits: each probability is off by less than 2^-32. */
export function randomInteger(key: RandomKey, shape: Shape, options: IntegerOptions): Tensor {
  checkOptions("randomInteger", integerFields, options);
  const { low = 0, high } = options;
  if (low < -(2 ** 31) || high > 2 ** 31 || low >= high) {
    throw new GradloomError(
      "integer-range",
      `randomInteger: the range is from ${showValue(low)} up to before ${showValue(high)}; it must hold a number and lie within -2^31 to 2^31`,
    );
  }
  const bits = randomBits(key, shape);
  const span = high - low;
  return add(cast(span === 2 ** 32 ? bits : remainder(bits, span), "int32"), low);
}

/** The whole numbers from 0 up to before `count` in random order, int32 [count]: gather(x, randomPermutation(key, x.shape[0])) shuffles. */
export function randomPermutation(key: RandomKey, count: number): Tensor {
  if (!Number.isInteger(count) || count < 0) {
    throw new GradloomError(
      "permutation-count",
      `randomPermutation: the count is ${showValue(count)}; it must be a whole number of 0 or more`,
    );
  }
  // Equal keys leave their numbers in order, so sort so often that no pair is likely to have equal keys each time.
  const rounds = Math.ceil((3 * Math.log(Math.max(count, 2))) / Math.log(2 ** 32));
  let order = iota(count);
  for (let round = 0; round < rounds; round++)
    order = gather(order, argSort(randomBits(deriveKey(key, "permutation", round), [count])));
  return order;
}

/**
 * A random place along the axis (the last if left out) with probabilities softmax(logits), int32 of the other axes' shape: the largest of the logits with
 * Gumbel noise (Gumbel 1954; Maddison, Tarlow & Minka 2014, https://arxiv.org/abs/1411.0030).
 */
export function randomCategorical(key: RandomKey, logits: Tensor, options: { readonly axis?: number } = {}): Tensor {
  checkTensor("randomCategorical", logits);
  checkOptions("randomCategorical", axisFields, options);
  const { axis = -1 } = options;
  const at = axisOf("randomCategorical", axis, logits.rank);
  refuseEmpty("randomCategorical", logits, [at]);
  const numbers = toFloat("randomCategorical", logits);
  const dtype = numbers.dtype as "float32" | "float64";
  // Above 0, so that no possible place is left behind an impossible one.
  const unit = maximum(randomUnit(key, logits.shape, dtype), dtype === "float64" ? 2 ** -54 : 2 ** -25);
  const noise = neg(log(neg(log(unit))));
  return argMax(add(numbers, noise), { axis: at });
}
