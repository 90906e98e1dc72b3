import * as core from "@gradloom/core";
import type { elementwiseCompositions } from "./elementwise-compositions.ts";
import { erfInverse } from "./elementwise-compositions.ts";
import type { elementwiseFunctions } from "./elementwise-functions.ts";
import { erf } from "./elementwise-primitives.ts";
import { type ExtremeCase, type ExtremeException, pointwise, type Sample } from "./extreme-case.ts";

/** Of whole numbers alone, or from one dtype to another: what the law of primitives judges. */
type WithoutFloats = "truncatedDiv" | "cast";
type Names = Exclude<keyof typeof elementwiseFunctions | keyof typeof elementwiseCompositions, WithoutFloats>;

const flag = (truth: boolean): number => Number(truth);
const half = (wins: boolean, ties: boolean): number => (wins ? 1 : ties ? 0.5 : 0);
const atLeastOne = (_: Sample, want: number): number => Math.max(1, want);
const logistic = (x: number): number => (x < 0 ? Math.exp(x) / (1 + Math.exp(x)) : 1 / (1 + Math.exp(-x)));
/** sqrt(1 - x^2). */
const leg = (x: number): number => Math.sqrt((1 - x) * (1 + x));
/** As C's, but NaN of NaN. */
const hypot = (a: number, b: number): number => (Number.isNaN(a) || Number.isNaN(b) ? NaN : Math.hypot(a, b));
/** a - b, and 0 of one infinity. */
const distance = (a: number, b: number): number => (a === b ? 0 : a - b);

/** A product that is 0 where either is. */
const product = (a: number, b: number): number => (a === 0 || b === 0 ? 0 : a * b);

/** C's pow. */
const power = (a: number, b: number): number => (a === 1 || (a === -1 && Math.abs(b) === Infinity) ? 1 : a ** b);

/** b a^(b - 1), as limits. */
function powerSlopes(a: number, b: number): readonly number[] {
  const inBase =
    b === 0
      ? 0
      : Math.abs(b) < 1 && a !== 0 && Number.isFinite(a)
        ? (b * power(a, b)) / a
        : product(b, power(a, b - 1));
  return [inBase, a <= 0 ? 0 : product(power(a, b), Math.log(a))];
}

/** The quotient rounded down, however small it is. */
function floored(a: number, b: number): number {
  return a !== 0 && a < 0 !== b < 0 && Math.abs(a / b) < 1 ? -1 : Math.floor(a / b);
}

/** The remainder of b's sign. */
function remainder(a: number, b: number): number {
  const rest = a % b;
  return rest !== 0 && rest < 0 !== b < 0 ? rest + b : rest;
}

const nearestEven = (x: number): number => {
  const below = Math.floor(x);
  const rest = x - below;
  return rest < 0.5 || (rest === 0.5 && below % 2 === 0) || rest === 0 ? below : below + 1;
};

/** Where a / b is too small for a float, it is not below 0 either. */
const tinyQuotient = (gives: ExtremeException["gives"]): ExtremeException => ({
  of: "value",
  at: ([a, b], _, { smallest }) => a !== 0 && Math.abs(a! / b!) <= smallest / 2 && a! < 0 !== b! < 0,
  gives,
  why: "the quotient rounds to 0",
});
const hugeQuotient: ExtremeException = {
  of: "value",
  at: ([a, b], _, { largest }) =>
    b !== 0 && Number.isFinite(a!) && (Math.abs(a! / b!) > largest || Math.abs(b! * Math.floor(a! / b!)) > largest),
  gives: NaN,
  why: "the quotient overflows",
};
const powerOverflows: ExtremeException = {
  of: "slope",
  at: ([a, b], place, { largest }) =>
    place === 0 && b !== 0 && Math.abs(power(a!, b! - 1)) > largest && Math.abs(powerSlopes(a!, b!)[0]!) <= largest,
  gives: ([a, b]) => b! * Math.sign(power(a!, b! - 1)) * Infinity,
  why: "a^(b - 1) overflows where b a^(b - 1) does not",
};
const endlessPower: ExtremeException = {
  of: "slope",
  at: ([a, b], place) => place === 0 && Math.abs(b!) === Infinity && power(a!, b! - 1) === 0,
  gives: NaN,
  why: "an infinite exponent meets a power of 0",
};

/** What infinite lengths do to directions. */
export const noDirection: ExtremeException = {
  of: "slope",
  at: (sample, place) =>
    Math.abs(sample[place]!) === Infinity && sample.filter((x) => Math.abs(x) === Infinity).length === 1,
  gives: NaN,
  why: "an infinite length has no direction",
};

const truth =
  (call: (a: core.Tensor, b: core.Tensor) => core.Tensor, formula: (a: number, b: number) => boolean) =>
  (): ExtremeCase =>
    pointwise(call, (a: number, b: number) => flag(formula(a, b)), undefined);
const kind = (call: (x: core.Tensor) => core.Tensor, formula: (x: number) => boolean) => (): ExtremeCase =>
  pointwise(call, (x: number) => flag(formula(x)), undefined);
const flat = (call: (x: core.Tensor) => core.Tensor, formula: (x: number) => number) => (): ExtremeCase =>
  pointwise(
    call,
    (x: number) => formula(x),
    () => 0,
  );

/** The edges of every function of floats that computes each element from the elements of its place. */
export const elementwiseExtremes: Readonly<Record<Names, () => ExtremeCase>> = {
  neg: () =>
    pointwise(
      core.neg,
      (x) => -x,
      () => -1,
    ),
  exp: () => pointwise(core.exp, (x) => Math.exp(x), Math.exp),
  // Its slope is y + 1.
  expm1: () => pointwise(core.expm1, (x) => Math.expm1(x), Math.exp, { slopeSize: atLeastOne }),
  log: () =>
    pointwise(
      core.log,
      (x) => Math.log(x),
      (x) => 1 / x,
    ),
  log1p: () =>
    pointwise(
      core.log1p,
      (x) => Math.log1p(x),
      (x) => 1 / (1 + x),
    ),
  sqrt: () =>
    pointwise(
      core.sqrt,
      (x) => Math.sqrt(x),
      (x) => 0.5 / Math.sqrt(x),
    ),
  sin: () => pointwise(core.sin, (x) => Math.sin(x), Math.cos),
  cos: () =>
    pointwise(
      core.cos,
      (x) => Math.cos(x),
      (x) => -Math.sin(x),
    ),
  // Its slope is 1 - y^2.
  tanh: () =>
    pointwise(
      core.tanh,
      (x) => Math.tanh(x),
      (x) => 1 / Math.cosh(x) ** 2,
      { slopeSize: atLeastOne },
    ),
  atan: () =>
    pointwise(
      core.atan,
      (x) => Math.atan(x),
      (x) => 1 / (1 + x * x),
    ),
  // In slopes exp multiplies the rounding of the square by the square.
  erf: () =>
    pointwise(
      core.erf,
      (x) => erf(x),
      (x) => (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x),
      {
        slopeSize: ([x], want) => want * Math.max(1, Math.min(x! * x!, 1e6)),
      },
    ),
  stopGradient: flat(core.stopGradient, (x) => x),
  floor: flat(core.floor, Math.floor),
  logicalNot: kind(core.logicalNot, (x) => x === 0),
  add: () =>
    pointwise(
      core.add,
      (a, b) => a + b,
      () => [1, 1],
    ),
  sub: () =>
    pointwise(
      core.sub,
      (a, b) => a - b,
      () => [1, -1],
    ),
  mul: () =>
    pointwise(
      core.mul,
      (a, b) => a * b,
      (a, b) => [b, a],
    ),
  div: () =>
    pointwise(
      core.div,
      (a, b) => a / b,
      (a, b) => [1 / b, -(a / b) / b],
    ),
  pow: () => pointwise(core.pow, power, powerSlopes, { exceptions: [powerOverflows, endlessPower] }),
  maximum: () =>
    pointwise(
      core.maximum,
      (a, b) => Math.max(a, b),
      (a, b) => [half(a > b, a === b), half(b > a, a === b)],
    ),
  minimum: () =>
    pointwise(
      core.minimum,
      (a, b) => Math.min(a, b),
      (a, b) => [half(a < b, a === b), half(b < a, a === b)],
    ),
  less: truth(core.less, (a, b) => a < b),
  lessEqual: truth(core.lessEqual, (a, b) => a <= b),
  greater: truth(core.greater, (a, b) => a > b),
  greaterEqual: truth(core.greaterEqual, (a, b) => a >= b),
  equal: truth(core.equal, (a, b) => a === b),
  where: () =>
    pointwise(
      (a, b) => core.where(core.less(a, b), a, b),
      (a, b) => (a < b ? a : b),
      (a, b) => [flag(a < b), flag(!(a < b))],
    ),
  // At 0 the slope is that of neither side.
  abs: () =>
    pointwise(
      core.abs,
      (x) => Math.abs(x),
      (x) => Math.sign(x),
    ),
  sign: flat(core.sign, Math.sign),
  square: () =>
    pointwise(
      core.square,
      (x) => x * x,
      (x) => 2 * x,
    ),
  reciprocal: () =>
    pointwise(
      core.reciprocal,
      (x) => 1 / x,
      (x) => -1 / x / x,
    ),
  rsqrt: () =>
    pointwise(
      core.rsqrt,
      (x) => 1 / Math.sqrt(x),
      (x) => -0.5 * (1 / Math.sqrt(x)) ** 3,
    ),
  exp2: () =>
    pointwise(
      core.exp2,
      (x) => 2 ** x,
      (x) => Math.LN2 * 2 ** x,
    ),
  log2: () =>
    pointwise(
      core.log2,
      (x) => Math.log2(x),
      (x) => 1 / x / Math.LN2,
    ),
  log10: () =>
    pointwise(
      core.log10,
      (x) => Math.log10(x),
      (x) => 1 / x / Math.LN10,
    ),
  tan: () =>
    pointwise(
      core.tan,
      (x) => Math.tan(x),
      (x) => 1 / Math.cos(x) ** 2,
    ),
  asin: () =>
    pointwise(
      core.asin,
      (x) => Math.asin(x),
      (x) => 1 / leg(x),
    ),
  acos: () =>
    pointwise(
      core.acos,
      (x) => Math.acos(x),
      (x) => -1 / leg(x),
    ),
  sinh: () => pointwise(core.sinh, (x) => Math.sinh(x), Math.cosh),
  cosh: () => pointwise(core.cosh, (x) => Math.cosh(x), Math.sinh),
  asinh: () =>
    pointwise(
      core.asinh,
      (x) => Math.asinh(x),
      (x) => 1 / Math.hypot(x, 1),
    ),
  acosh: () =>
    pointwise(
      core.acosh,
      (x) => Math.acosh(x),
      (x) => 1 / (Math.sqrt(x - 1) * Math.sqrt(x + 1)),
    ),
  atanh: () =>
    pointwise(
      core.atanh,
      (x) => Math.atanh(x),
      (x) => 1 / ((1 - x) * (1 + x)),
    ),
  // Its slope is y (1 - y).
  sigmoid: () =>
    pointwise(
      core.sigmoid,
      (x) => logistic(x),
      (x) => logistic(x) * logistic(-x),
      { slopeSize: atLeastOne },
    ),
  softplus: () => pointwise(core.softplus, (x) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))), logistic),
  erfInv: () =>
    pointwise(
      core.erfInv,
      (x) => edgeOfErf(x),
      (x) => (Math.sqrt(Math.PI) / 2) * Math.exp(edgeOfErf(x) ** 2),
    ),
  ceil: flat(core.ceil, Math.ceil),
  trunc: flat(core.trunc, Math.trunc),
  round: flat(core.round, nearestEven),
  floorDiv: () => pointwise(core.floorDiv, floored, () => [0, 0], { exceptions: [tinyQuotient(0)] }),
  remainder: () =>
    pointwise(core.remainder, remainder, (a, b) => [1, -floored(a, b)], {
      // What is subtracted from a is as large as a.
      size: ([a, b]) => Math.max(Math.abs(a!), Math.abs(b!)),
      exceptions: [tinyQuotient(([a]) => a!), hugeQuotient],
    }),
  // At a bound half the gradient flows.
  clip: () =>
    pointwise(
      (x) => core.clip(x, -1, 1),
      (x) => Math.min(Math.max(x, -1), 1),
      (x) => half(Math.abs(x) < 1, Math.abs(x) === 1),
    ),
  hypot: () =>
    pointwise(core.hypot, hypot, (a, b) => (a === 0 && b === 0 ? [0, 0] : directions(a, b)), {
      slopeSize: ([a, b], _, { smallestNormal }) => 1 + smallestNormal / hypot(a!, b!),
      exceptions: [noDirection],
    }),
  atan2: () =>
    pointwise(
      core.atan2,
      (y, x) => Math.atan2(y, x),
      (y, x) => {
        const [up, along] = directions(y, x);
        return [along! / hypot(y, x), -up! / hypot(y, x)];
      },
      {
        slopeSize: (sample, want, { smallestNormal }) =>
          Math.abs(want) * (1 + smallestNormal / hypot(sample[0]!, sample[1]!)),
        exceptions: [{ ...noDirection, at: (sample, place, limits) => noDirection.at(sample, 1 - place, limits) }],
      },
    ),
  logAddExp: () =>
    pointwise(
      core.logAddExp,
      (a, b) => Math.max(a, b) + Math.log1p(Math.exp(-Math.abs(distance(a, b)))),
      (a, b) => [logistic(distance(a, b)), logistic(distance(b, a))],
    ),
  notEqual: truth(core.notEqual, (a, b) => a !== b),
  logicalAnd: truth(core.logicalAnd, (a, b) => a !== 0 && b !== 0),
  logicalOr: truth(core.logicalOr, (a, b) => a !== 0 || b !== 0),
  logicalXor: truth(core.logicalXor, (a, b) => (a !== 0) !== (b !== 0)),
  isNaN: kind(core.isNaN, Number.isNaN),
  isFinite: kind(core.isFinite, Number.isFinite),
  isInf: kind(core.isInf, (x) => Math.abs(x) === Infinity),
};

/** The direction of (a, b); that of one infinite coordinate is its axis, two have none. */
function directions(a: number, b: number): readonly number[] {
  const length = hypot(a, b);
  if (length !== Infinity) return [a / length, b / length];
  return [a, b].map((x) => (Math.abs(x) === Infinity ? (a / b === 0 || b / a === 0 ? Math.sign(x) : NaN) : 0));
}

/** The inverse of erf: sqrt(pi) / 2 x near 0, by the complement near 1. */
function edgeOfErf(x: number): number {
  const size = Math.abs(x);
  if (size < 1e-8) return (x * Math.sqrt(Math.PI)) / 2;
  if (!(size <= 1)) return NaN;
  if (size < 0.9999) return erfInverse(x);
  let [low, high] = [2, size === 1 ? Infinity : 8];
  for (let step = 0; step < 60 && high < Infinity; step++) {
    const middle = (low + high) / 2;
    if (complementOfErf(middle) > 1 - size) low = middle;
    else high = middle;
  }
  return Math.sign(x) * high;
}

/** 1 - erf x for x from 2 on, by its continued fraction (DLMF 7.9.1). */
function complementOfErf(x: number): number {
  let fraction = x;
  for (let term = 60; term > 0; term--) fraction = x + term / 2 / fraction;
  return Math.exp(-x * x) / Math.sqrt(Math.PI) / fraction;
}
