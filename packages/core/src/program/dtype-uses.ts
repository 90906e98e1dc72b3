import type { DType } from "../tensor/dtype.ts";
import { type Group, groupOperation } from "./group.ts";
import type { Program, Step } from "./program.ts";

/** An operation and a dtype that it takes or gives. */
export interface DTypeUse {
  readonly name: string;
  readonly dtype: DType;
}

/** The dtypes that the operations of a program meet, also those between the operations of a group and inside loops. */
export function usesOf({ steps }: Program): readonly DTypeUse[] {
  return steps.flatMap(usesOfStep);
}

function usesOfStep({ operation, attributes, inputs, outputs }: Step): readonly DTypeUse[] {
  if ((operation as unknown) === groupOperation) {
    return (attributes as Group).body.flatMap(({ operation: { name }, inputs: from, dtype }) => [
      ...from.filter((reference) => reference >= 0).map((reference) => ({ name, dtype: inputs[reference]!.dtype })),
      { name, dtype },
    ]);
  }
  const { name, traits } = operation;
  const inside = traits.body === undefined ? [] : usesOf((attributes as { readonly body: Program }).body);
  return [...[...inputs, ...outputs].map(({ dtype }) => ({ name, dtype })), ...inside];
}
