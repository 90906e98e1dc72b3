import { GradloomError } from "../errors/gradloom-error.ts";
import { checkOptions, checkValue, type Fields } from "../errors/options.ts";
import { finiteNumber } from "../errors/rules.ts";
import { showValue } from "../errors/show-value.ts";
import { floatDType } from "../tensor/dtype.ts";
import type { Operation } from "../tensor/graph.ts";
import type { Primitives } from "../tensor/primitives.ts";
import { checkShape, type Shape, sizeOf } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { apply } from "./apply.ts";
import { reshape, sum } from "./axes.ts";
import { cast } from "./cast.ts";
import { corePrimitive } from "../tensor/operation.ts";
import { newLeaf, tensor } from "./creation.ts";
import { add, cos, less, log, minimum, mul, sqrt, sub, truncatedDiv } from "./elementwise.ts";
import { erfInv } from "./erf-inverse.ts";
import { split } from "./movement.ts";
import { clip } from "./rounding.ts";

/**
 * Threefry-2x32-20 of one counter into block[0] and block[1]. Salmon et al. 2011, Parallel random numbers: as easy as
 * 1, 2, 3, section 4.2, https://doi.org/10.1145/2063384.2063405; the constants are those of its Random123 library.
 */
export function threefry(key0: number, key1: number, counter0: number, counter1: number, block: Uint32Array): void {
  let used = key0;
  let next = key1;
  let last = key0 ^ key1 ^ 0x1bd11bda;
  let left = counter0 + key0;
  let right = counter1 + key1;
  for (let group = 1; group <= 5; group++) {
    const odd = group & 1;
    left = (left + right) | 0;
    right = rotate(right, odd ? 13 : 17) ^ left;
    left = (left + right) | 0;
    right = rotate(right, odd ? 15 : 29) ^ left;
    left = (left + right) | 0;
    right = rotate(right, odd ? 26 : 16) ^ left;
    left = (left + right) | 0;
    right = rotate(right, odd ? 6 : 24) ^ left;
    left = (left + next) | 0;
    right = (right + last + group) | 0;
    [used, next, last] = [next, last, used];
  }
  block[0] = left;
  block[1] = right;
}

function rotate(word: number, bits: number): number {
  return (word << bits) | (word >>> (32 - bits));
}

/** Where random numbers come from: the same key gives the same numbers. A key with a step cell gives others at each step. */
export interface RandomKey {
  readonly words: readonly [number, number];
  /** uint32 [1], the part of the counter that advances. */
  readonly step?: Tensor;
  /** Steps of the loops that the numbers are drawn in, outermost first, uint32 [1] each. */
  readonly loops?: readonly Tensor[];
}

/** A key from a seed, any whole number of up to 53 bits. */
export function randomKey(seed: number): RandomKey {
  if (!Number.isSafeInteger(seed)) {
    throw new GradloomError(
      "seed",
      `randomKey: the seed is ${showValue(seed)}; it must be a whole number of up to 53 bits`,
    );
  }
  return { words: hash([0x67726164, 0x6c6f6f6d], seed >>> 0, Math.floor(seed / 2 ** 32) >>> 0) };
}

function hash(key: RandomKey["words"], counter0: number, counter1: number): RandomKey["words"] {
  const block = new Uint32Array(2);
  threefry(...key, counter0, counter1, block);
  return [block[0]!, block[1]!];
}

/** Throws unless it is a key. */
function checkKey(name: string, key: RandomKey): void {
  if (Array.isArray((key as Partial<RandomKey> | null | undefined)?.words)) return;
  throw new GradloomError("random-key", `${name}: ${showValue(key)} is no key; make one with randomKey(seed)`);
}

/** A key of its own for each sequence of labels: a path, a purpose, an ordinal. */
export function deriveKey(from: RandomKey, ...labels: readonly (string | number)[]): RandomKey {
  checkKey("deriveKey", from);
  const { words, ...rest } = from;
  let key = words;
  for (const label of labels) {
    if (typeof label !== "string" && typeof label !== "number")
      throw new GradloomError("random-key", `deriveKey: ${showValue(label)} is no label; give texts and numbers`);
    const text = String(label);
    // The length first, so that ("ab", "c") and ("a", "bc") differ.
    key = hash(key, text.length, 0);
    for (let at = 0; at < text.length; at += 2)
      key = hash(key, text.charCodeAt(at), at + 1 < text.length ? text.charCodeAt(at + 1) : 0);
  }
  return { words: key, ...rest };
}

const randomBitsOperation: Operation<Primitives["randomBits"]> = /*#__PURE__*/ corePrimitive("randomBits", {
  infer: (_, { count }) => [{ shape: [count], dtype: "uint32" }],
  grad: () => [null, null],
});

/** uint32 numbers of the shape, all 32 bits random. */
export function randomBits(key: RandomKey, shape: Shape): Tensor {
  checkKey("randomBits", key);
  checkShape("randomBits", shape);
  let words = newLeaf({ kind: "host", data: new Uint32Array(key.words) }, { shape: [2], dtype: "uint32" });
  for (const loop of key.loops ?? []) words = apply(randomBitsOperation, [words, loop], { count: 2 });
  const step = key.step ?? tensor(new Uint32Array(1));
  return reshape(apply(randomBitsOperation, [words, step], { count: sizeOf(shape) }), shape);
}

/** Numbers spread evenly over [0, 1), with 24 random bits in float32 and 53 in float64, the same on every backend. */
export function randomUnit(key: RandomKey, shape: Shape, dtype: "float32" | "float64" = "float32"): Tensor {
  checkShape("randomUnit", shape);
  checkValue("randomUnit", "dtype", floatDType, dtype);
  if (dtype === "float32") return mul(cast(truncatedDiv(randomBits(key, shape), 256), dtype), 2 ** -24);
  // 27 bits of one word and 26 of the next, over 2^53.
  const words = truncatedDiv(randomBits(key, [...shape, 2]), tensor(Uint32Array.of(2 ** 5, 2 ** 6)));
  return sum(mul(cast(words, dtype), tensor(Float64Array.of(2 ** -27, 2 ** -53))), { axis: -1 });
}

/** Range and dtype of uniform numbers. */
export interface UniformOptions {
  readonly low?: number;
  readonly high?: number;
  readonly dtype?: "float32" | "float64";
}

const uniformFields: Fields<UniformOptions> = {
  low: finiteNumber(),
  high: finiteNumber(),
  dtype: floatDType,
};

/**
 * Numbers spread evenly over [low, high), [0, 1) if left out, the same on every backend. They have 24 random bits in float32 and 53 in float64. `high` itself,
 * which rounding would give, never comes; where no number of the dtype lies between, all are `low`.
 */
export function randomUniform(key: RandomKey, shape: Shape, options: UniformOptions = {}): Tensor {
  checkOptions("randomUniform", uniformFields, options);
  const { low = 0, high = 1, dtype = "float32" } = options;
  if (low > high)
    throw new GradloomError(
      "uniform-range",
      `randomUniform: low is ${low} and high ${high}; low must not be above high`,
    );
  const unit = randomUnit(key, shape, dtype);
  if (low === 0 && high === 1) return unit;
  const round = dtype === "float64" ? Number : Math.fround;
  const half = dtype === "float64" ? 2 ** -53 : 2 ** -24;
  const [start, end] = [round(low), round(high)];
  const span = round(high - low);
  // Of halves where the whole span overflows.
  const drawn = Number.isFinite(span)
    ? add(mul(unit, span), start)
    : mul(add(mul(unit, end / 2 - start / 2), start / 2), 2);
  const reached = round(round((1 - half) * span) + start);
  if (reached < end || end <= start) return drawn;
  const before = round(
    Math.min(end - Math.abs(end) * (1.25 * half), end - (dtype === "float64" ? 2 ** -1074 : 2 ** -149)),
  );
  return minimum(drawn, before);
}

/** Mean, standard deviation and dtype of normal numbers. */
export interface NormalOptions {
  readonly mean?: number;
  readonly deviation?: number;
  readonly dtype?: "float32" | "float64";
}

/** Their schema. */
const normalFields: Fields<NormalOptions> = {
  mean: finiteNumber(),
  deviation: finiteNumber(),
  dtype: floatDType,
};

/** Normal numbers (Box & Muller 1958, https://doi.org/10.1214/aoms/1177706645, the cosine half). */
export function randomNormal(key: RandomKey, shape: Shape, options: NormalOptions = {}): Tensor {
  checkOptions("randomNormal", normalFields, options);
  const { mean = 0, deviation = 1, dtype = "float32" } = options;
  checkShape("randomNormal", shape);
  const size = sizeOf(shape);
  const [radius, angle] = split(randomUnit(key, [2 * size], dtype), 2);
  // 1 - u is in (0, 1], so the logarithm is finite.
  const standard = mul(sqrt(mul(log(sub(1, radius!)), -2)), cos(mul(angle!, 2 * Math.PI)));
  return reshape(add(mul(standard, deviation), mean), shape);
}

/** True with the given probability, to 24 bits of it, bool: never with 0, always with 1. */
export function randomBernoulli(key: RandomKey, shape: Shape, probability: number | Tensor): Tensor {
  if (typeof probability === "number" && !(probability >= 0 && probability <= 1)) {
    throw new GradloomError(
      "probability",
      `randomBernoulli: the probability is ${probability}; it must be from 0 to 1`,
    );
  }
  return less(randomUnit(key, shape), probability);
}

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
