import { anything, checkOptions, type Fields, GradloomError, required } from "@gradloom/core";
import { type Column, isSeveral, type Numbers, type NumbersOfEach, readColumn, readColumns } from "./column.ts";
import { Samples } from "./samples.ts";

/** Samples row by row: the first axis of everything counts samples. */
export interface ArraysOptions {
  readonly x: NumbersOfEach;
  readonly y: NumbersOfEach;
  /** How much each sample counts, 0 or more: [samples]; 1 if left out. */
  readonly weights?: Numbers;
}

const arraysFields: Fields<ArraysOptions> = {
  x: required(anything<NumbersOfEach>()),
  y: required(anything<NumbersOfEach>()),
  weights: anything<Numbers>(),
};

/** A data set of samples in memory: `arrays({ x, y }).shuffle().batch(128)`. Refuses empty data, unequal numbers of samples, ragged rows, NaN. */
export function arrays(options: ArraysOptions): Samples {
  checkOptions("arrays", arraysFields, options);
  const { x, y, weights: given } = options;
  const inputs = readColumns("arrays: x", x);
  const targets = readColumns("arrays: y", y);
  const weights = given === undefined ? undefined : readColumn("arrays: weights", given);
  const size = countOf("x", inputs);
  const others = {
    y: countOf("y", targets),
    ...(weights === undefined ? {} : { weights: countOf("weights", [weights]) }),
  };
  for (const [name, count] of Object.entries(others)) {
    if (count === size) continue;
    throw new GradloomError(
      "data-samples",
      `arrays: x has ${size} samples and ${name} ${count}; the first axis of everything counts the same samples`,
    );
  }
  if (weights !== undefined) checkWeights(weights);
  return new Samples({ x: inputs, y: targets, weights, several: { x: isSeveral(x), y: isSeveral(y) } });
}

/** How many samples the columns have, the same in each. */
function countOf(name: string, columns: readonly Column[]): number {
  const counts = columns.map(({ shape }) => shape[0]);
  const [first] = counts;
  if (first === undefined)
    throw new GradloomError("data-samples", `arrays: ${name} is a single number; its first axis must count samples`);
  if (first === 0) throw new GradloomError("empty-data", `arrays: ${name} is empty; there must be at least one sample`);
  if (counts.every((count) => count === first)) return first;
  throw new GradloomError(
    "data-samples",
    `arrays: ${name} is a list of ${counts.join(", ")} samples; the first axis of everything counts the same samples`,
  );
}

function checkWeights({ data, shape }: Column): void {
  if (shape.length !== 1) {
    throw new GradloomError(
      "weights-shape",
      `arrays: weights are [${shape.join(", ")}]; there must be one for each sample, [${shape[0]}]`,
    );
  }
  const wrong = data.findIndex((weight: number) => !(weight >= 0));
  if (wrong >= 0) {
    throw new GradloomError("weights-value", `arrays: weight ${wrong} is ${data[wrong]}; weights must be 0 or more`);
  }
  if (data.every((weight: number) => weight === 0))
    throw new GradloomError("weights-value", "arrays: all weights are 0; at least one sample must count");
}
