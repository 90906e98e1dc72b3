import {
  divide,
  errorFunction,
  exact,
  exponential,
  hyperbolicTangent,
  multiply,
  one,
  pi,
  rounded,
  square,
  squareRoot,
  sum,
  two,
} from "./exact.ts";

const inputs = [-20, -7.3, -3, -1.5, -1, -0.5, -1e-3, -1e-8, 0, 1e-8, 1e-3, 0.5, 1, 1.5, 3, 7.3, 20];

const logistic = (x: bigint): bigint => divide(one, one + exponential(-x));
const half = (x: bigint): bigint => x >> 1n;

/** The density and the distribution function of the normal distribution. */
const density = (x: bigint): bigint => divide(exponential(-half(square(x))), squareRoot(2n * pi));
const distribution = (x: bigint): bigint => half(one + errorFunction(divide(x, squareRoot(two))));

/** The argument of the tanh in the approximation of the Gaussian error linear unit, and its derivative. */
const scale = squareRoot(divide(two, pi));
const bent = (x: bigint): bigint => multiply(scale, x + multiply(exact(0.044715), multiply(x, square(x))));
const bending = (x: bigint): bigint => multiply(scale, one + 3n * multiply(exact(0.044715), square(x)));

/** Value and derivative of each; where there is a kink, the derivative is that from below. */
type Rule = (x: bigint) => bigint;

const rules: Readonly<Record<string, readonly [value: Rule, slope: Rule]>> = {
  linear: [(x) => x, () => one],
  relu: [(x) => (x > 0n ? x : 0n), (x) => (x > 0n ? one : 0n)],
  leakyRelu: [(x) => (x > 0n ? x : multiply(x, exact(0.01))), (x) => (x > 0n ? one : exact(0.01))],
  sigmoid: [logistic, (x) => multiply(logistic(x), logistic(-x))],
  tanh: [hyperbolicTangent, (x) => one - square(hyperbolicTangent(x))],
  gelu: [(x) => multiply(x, distribution(x)), (x) => distribution(x) + multiply(x, density(x))],
  geluTanh: [
    (x) => multiply(half(x), one + hyperbolicTangent(bent(x))),
    (x) => {
      const t = hyperbolicTangent(bent(x));
      return half(one + t) + multiply(half(x), multiply(one - square(t), bending(x)));
    },
  ],
};

/** Rows of logits, with what the softmax of each is and how its first number answers to each logit. */
const rows = [
  [1, 2, 3],
  [0, 0, 0, 0],
  [-700, 0, 700],
  [1e-3, -1e-3],
];

export function activations(): object {
  const elementwise = Object.entries(rules).map(([name, [value, slope]]) => ({
    name,
    inputs,
    values: inputs.map((x) => rounded(value(exact(x)))),
    slopes: inputs.map((x) => rounded(slope(exact(x)))),
  }));
  const softmax = rows.map((row) => {
    const powers = row.map((x) => exponential(exact(x)));
    const parts = powers.map((power) => divide(power, sum(powers)));
    return {
      logits: row,
      values: parts.map(rounded),
      slopesOfFirst: parts.map((part, at) => rounded(multiply(parts[0]!, (at === 0 ? one : 0n) - part))),
    };
  });
  return { elementwise, softmax };
}
