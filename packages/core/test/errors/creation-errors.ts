import {
  arange,
  cast,
  eye,
  full,
  linspace,
  ones,
  randomBernoulli,
  randomCategorical,
  randomInteger,
  randomKey,
  randomPermutation,
  randomTruncatedNormal,
  randomUniform,
  tensor,
  variable,
  zeros,
  type Tensor,
} from "@gradloom/core";
import type { ErrorCase } from "./error-case.ts";

const pair = tensor([1, 2]);
const triple = tensor([1, 2, 3]);
const cell = variable(pair, { name: "bias" });

const cyclic: never[] = [];
cyclic.push(cyclic as never);
const detached = new Float32Array(1);
structuredClone(detached.buffer, { transfer: [detached.buffer] });

/** Errors of making tensors and giving variables values. */
export const creationErrors: readonly ErrorCase[] = [
  [
    "ragged",
    "tensor: the nested array is ragged: [1] has 1 entries where 2 entries must be",
    () => tensor([[1, 2], [3]]),
  ],
  ["ragged", "tensor: the nested array is ragged: [1] has 2 where 1 entries must be", () => tensor([[1], 2] as never)],
  ["not-a-number", 'tensor: [1] is "2"; entries must be numbers or booleans', () => tensor([1, "2"] as never)],
  ["not-a-number", "tensor: [1] is true; the first entry is a number, and they do not mix", () => tensor([1, true])],
  [
    "nesting",
    "tensor: the array is nested more than 64 deep, or is part of itself; give flat numbers with a shape",
    () => tensor(cyclic),
  ],
  [
    "array-detached",
    "tensor: the Float32Array has lost its memory, which was handed to another thread or has shrunk; copy the numbers before that",
    () => tensor(detached),
  ],
  [
    "dtype-range",
    "tensor: [1, 0] is 3000000000, which int32 does not hold; give whole numbers from -2147483648 to 2147483647",
    () => tensor([[1], [3e9]], { dtype: "int32" }),
  ],
  [
    "dtype-range",
    "full: the number is 0.5, which uint8 does not hold; give whole numbers from 0 to 255",
    () => full([2], 0.5, "uint8"),
  ],
  ["dtype-range", 'full: the number is "1", which float32 does not hold; give a number', () => full([2], "1" as never)],
  [
    "shape",
    'zeros: "3" is not a shape; sizes must be whole numbers of 0 or more, which multiply to less than 2^53',
    () => zeros("3" as never),
  ],
  [
    "shape",
    "tensor: [4294967296, 4294967296] is not a shape; sizes must be whole numbers of 0 or more, which multiply to less than 2^53",
    () => tensor([1], { shape: [2 ** 32, 2 ** 32] }),
  ],
  [
    "option",
    'tensor: dtype is "float16"; it must be "bool", "int32", "uint32", "float32", "float64" or "uint8"',
    () => tensor([1], { dtype: "float16" as "float32" }),
  ],
  [
    "array-type",
    "tensor: BigInt64Array is not a dtype; give Float32Array, Float64Array, Int32Array, Uint32Array or Uint8Array",
    () => tensor(new BigInt64Array(1) as never),
  ],
  [
    "tensor-size",
    "tensor: 3 values meet shape [2, 2], which holds 4; they must agree",
    () => tensor([1, 2, 3], { shape: [2, 2] }),
  ],
  [
    "shape",
    "full: [2, -1] is not a shape; sizes must be whole numbers of 0 or more, which multiply to less than 2^53",
    () => full([2, -1], 0),
  ],
  [
    "shape",
    "eye: [1.5, 1.5] is not a shape; sizes must be whole numbers of 0 or more, which multiply to less than 2^53",
    () => eye(1.5),
  ],
  ["range", "arange: from 0 to 10 by 0; the numbers must be finite and the step not 0", () => arange(0, 10, 0)],
  ["linspace-count", "linspace: the count is 1.5; it must be a whole number of 0 or more", () => linspace(0, 1, 1.5)],
  [
    "dtype-range",
    "arange: the number is 4000000000, which int32 does not hold; give whole numbers from -2147483648 to 2147483647",
    () => arange(0, 5e9, 1e9),
  ],
  ["random-key", "randomBits: 7 is no key; make one with randomKey(seed)", () => randomUniform(7 as never, [2])],
  ["seed", "randomKey: the seed is 0.5; it must be a whole number of up to 53 bits", () => randomKey(0.5)],
  [
    "unknown-option",
    "tensor: [2, 2] is no plain object; it has shape, dtype",
    () => tensor([1, 2, 3, 4], [2, 2] as never),
  ],
  [
    "unknown-option",
    'randomUniform: no option "max"; it has low, high, dtype',
    () => randomUniform(randomKey(1), [2], { max: 3 } as never),
  ],
  [
    "uniform-range",
    "randomUniform: low is 2 and high 1; low must not be above high",
    () => randomUniform(randomKey(1), [2], { low: 2 }),
  ],
  [
    "option",
    "randomUniform: high is Infinity; it must be a finite number",
    () => randomUniform(randomKey(1), [2], { high: Infinity }),
  ],
  [
    "probability",
    "randomBernoulli: the probability is 1.5; it must be from 0 to 1",
    () => randomBernoulli(randomKey(1), [2], 1.5),
  ],
  [
    "integer-range",
    "randomInteger: the range is from 3 up to before 3; it must hold a number and lie within -2^31 to 2^31",
    () => randomInteger(randomKey(1), [2], { low: 3, high: 3 }),
  ],
  [
    "permutation-count",
    "randomPermutation: the count is -1; it must be a whole number of 0 or more",
    () => randomPermutation(randomKey(1), -1),
  ],
  [
    "no-tensor",
    "assign: variable bias gets 1, which is no tensor; make one with tensor(...)",
    () => cell.assign(1 as unknown as Tensor),
  ],
  [
    "assign-mismatch",
    "assign: variable bias is float32 [2], the value is float32 [3]; a variable keeps its shape and dtype",
    () => cell.assign(triple),
  ],
  [
    "assign-mismatch",
    "assign: variable bias is float32 [2], the value is float64 [2]; a variable keeps its shape and dtype",
    () => cell.assign(cast(pair, "float64")),
  ],
  [
    "shape",
    "zeros: [2, -1] is not a shape; sizes must be whole numbers of 0 or more, which multiply to less than 2^53",
    () => zeros([2, -1]),
  ],
  [
    "shape",
    "ones: [0.5] is not a shape; sizes must be whole numbers of 0 or more, which multiply to less than 2^53",
    () => ones([0.5]),
  ],
  [
    "shape",
    "eye: [2, -1] is not a shape; sizes must be whole numbers of 0 or more, which multiply to less than 2^53",
    () => eye(2, -1),
  ],
  ["range", "arange: from 0 to 3 by 0; the numbers must be finite and the step not 0", () => arange(0, 3, 0)],
  [
    "range",
    "arange: from 0 to Infinity by 1; the numbers must be finite and the step not 0",
    () => arange(0, Infinity),
  ],
  ["linspace-count", "linspace: the count is -1; it must be a whole number of 0 or more", () => linspace(0, 1, -1)],
  [
    "option",
    "randomTruncatedNormal: deviation is NaN; it must be a finite number",
    () => randomTruncatedNormal(randomKey(1), [1], { deviation: NaN }),
  ],
  [
    "integer-range",
    "randomInteger: the range is from 0 up to before 0; it must hold a number and lie within -2^31 to 2^31",
    () => randomInteger(randomKey(1), [1], { high: 0 }),
  ],
  [
    "empty-reduction",
    "randomCategorical: axes [0] of [0] are empty; there is no randomCategorical of no numbers",
    () => randomCategorical(randomKey(1), zeros([0])),
  ],
  [
    "option",
    'full: dtype is "float16"; it must be "bool", "int32", "uint32", "float32", "float64" or "uint8"',
    () => full([1], 0, "float16" as never),
  ],
];
