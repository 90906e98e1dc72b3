import type { DType } from "../tensor/dtype.ts";
import { type Group, groupOperation } from "./group.ts";
import { loopOf, type Program, type Step } from "./program.ts";

/** An operation and a dtype that it takes or gives. */
export interface DTypeUse {
  readonly name: string;
  readonly dtype: DType;
}

/** The dtypes that the operations of a program meet, also those between the operations of a group and inside loops. */
export function usesOf({ steps }: Program): readonly DTypeUse[] {
  return steps.flatMap(usesOfStep);
}

function usesOfStep(step: Step): readonly DTypeUse[] {
  const { operation, attributes, inputs, outputs } = step;
  if ((operation as unknown) === groupOperation) {
    return (attributes as Group).body.flatMap(({ operation: { name }, inputs: from, dtype }) => [
      ...from.filter((reference) => reference >= 0).map((reference) => ({ name, dtype: inputs[reference]!.dtype })),
      { name, dtype },
    ]);
  }
  const loop = loopOf(step);
  const inside = loop === undefined ? [] : usesOf(loop.body);
  return [...[...inputs, ...outputs].map(({ dtype }) => ({ name: operation.name, dtype })), ...inside];
}
