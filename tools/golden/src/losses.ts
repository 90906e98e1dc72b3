import { divide, exact, exponential, logarithm, multiply, one, rounded, square, sum } from "./exact.ts";

const logits = [
  [0.5, -1.25, 2, 0.125],
  [3, 3, 3, 3],
  [-30, 4, 10, -2],
];
const classes = [0, 3, 1];
const probabilities = [
  [0.25, 0.25, 0.5, 0],
  [0, 0, 0, 1],
  [0.125, 0.625, 0.125, 0.125],
];
const answers = [
  [1, 0, 0.5, 1],
  [0, 1, 1, 0],
  [1, 1, 0, 0.25],
];

interface Loss {
  readonly value: bigint;
  readonly gradient: readonly bigint[];
}

/** -Σ target log softmax(logits), and its gradient softmax Σ target - target. */
function crossEntropy(row: readonly number[], target: readonly bigint[]): Loss {
  const powers = row.map((x) => exponential(exact(x)));
  const total = sum(powers);
  const value = -sum(row.map((x, at) => multiply(target[at]!, exact(x) - logarithm(total))));
  return { value, gradient: powers.map((power, at) => multiply(divide(power, total), sum(target)) - target[at]!) };
}

/** log(1 + e^x) - x y, and its gradient σ(x) - y, averaged over the row. */
function binary(row: readonly number[], target: readonly bigint[]): Loss {
  const count = BigInt(row.length);
  const terms = row.map((x, at) => logarithm(one + exponential(exact(x))) - multiply(exact(x), target[at]!));
  const slopes = row.map((x, at) => divide(one, one + exponential(-exact(x))) - target[at]!);
  return { value: sum(terms) / count, gradient: slopes.map((slope) => slope / count) };
}

/** The mean of the squared differences, and its gradient. */
function squares(row: readonly number[], target: readonly bigint[]): Loss {
  const count = BigInt(row.length);
  const differences = row.map((x, at) => exact(x) - target[at]!);
  return { value: sum(differences.map(square)) / count, gradient: differences.map((d) => (2n * d) / count) };
}

const oneHot = classes.map((label) => logits[0]!.map((_, at) => (at === label ? one : 0n)));
const spread = (row: readonly bigint[]): readonly bigint[] =>
  row.map((part) => multiply(part, exact(0.9)) + multiply(exact(0.1), one) / 4n);

export function losses(): object {
  const table: Readonly<
    Record<string, readonly [rule: typeof binary, targets: unknown, exact: readonly (readonly bigint[])[]]>
  > = {
    softmaxCrossEntropy: [crossEntropy, classes, oneHot],
    softmaxCrossEntropyOfProbabilities: [crossEntropy, probabilities, probabilities.map((row) => row.map(exact))],
    softmaxCrossEntropySmoothed: [crossEntropy, classes, oneHot.map(spread)],
    binaryCrossEntropy: [binary, answers, answers.map((row) => row.map(exact))],
    mse: [squares, answers, answers.map((row) => row.map(exact))],
  };
  return Object.entries(table).map(([name, [rule, targets, exactTargets]]) => {
    const results = logits.map((row, at) => rule(row, exactTargets[at]!));
    return {
      name,
      predictions: logits,
      targets,
      values: results.map(({ value }) => rounded(value)),
      gradients: results.map(({ gradient }) => gradient.map(rounded)),
    };
  });
}
