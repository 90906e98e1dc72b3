import { type DType, type Operation, primitive, type TensorSpec, applyAll } from "@gradloom/core";
import type { Primitives } from "@gradloom/core/backend";
import { nat } from "fast-check";
import type { PrimitiveCase } from "../cases/primitive-case.ts";
import { primitiveCases } from "../cases/primitive-cases.ts";
import { type Allowance, compareArrays, unitOf } from "../compare-arrays.ts";
import { evaluate } from "../evaluate.ts";
import type { HostArray } from "../host-array.ts";
import { drawInputs } from "../input-spec.ts";
import { property } from "../property.ts";
import type { Law } from "../suite.ts";
import type { BackendUnderTest } from "./backend-under-test.ts";

/** The smallest normal float32: results below it may be flushed to 0. */
const smallest = 2 ** -126;

/** Each primitive, in each of its dtypes, gives what its row says; a dtype that the backend lacks is refused. */
export function primitiveLaws(law: Law, tested: BackendUnderTest): void {
  for (const [name, makeRow] of Object.entries(primitiveCases) as [keyof Primitives, () => PrimitiveCase<object>][]) {
    const row = makeRow();
    for (const dtype of row.dtypes) {
      law(
        `${name} in ${dtype}`,
        property([row.requests(dtype), nat()], (request, seed) =>
          check(name, row, request.attributes, drawInputs(request.inputs, dtype, seed), tested),
        ),
      );
    }
  }
}

/** An operation that the kernel computes, whatever it is called, without a gradient. */
function computedBy(kernel: keyof Primitives, { elementwise, infer }: PrimitiveCase<object>): Operation {
  return primitive({
    name: `a user of ${kernel}`,
    infer,
    grad: ({ inputs }) => inputs.map(() => null),
    traits: { elementwise, kernel },
  });
}

async function check(
  name: keyof Primitives,
  row: PrimitiveCase<object>,
  attributes: object,
  inputs: readonly HostArray[],
  tested: BackendUnderTest,
): Promise<void> {
  const backend = await tested.backend();
  const operation = computedBy(name, row);
  const outputs = row.infer(inputs, attributes);
  const run = (): Promise<readonly HostArray[]> =>
    evaluate(backend, inputs, (tensors) => applyAll(operation, tensors, attributes));
  const lacking = [...inputs, ...outputs].find(({ dtype }) => !backend.supports.dtypes.includes(dtype));
  if (lacking !== undefined) return refused(run, lacking.dtype);
  const results = await run();
  row.reference(inputs, attributes, outputs).forEach((data, at) => {
    const allowance = allowanceOf(name, row, attributes, inputs, outputs, at, tested);
    compareArrays(`output ${at}`, results[at]!, { ...outputs[at]!, data }, allowance);
  });
}

/** Checks that a program with a dtype that the backend lacks is refused by name. */
export async function refused(run: () => Promise<unknown>, dtype: DType): Promise<void> {
  const error: unknown = await Promise.resolve()
    .then(run)
    .then(
      () => undefined,
      (reason: unknown) => reason,
    );
  if (error instanceof Error && "code" in error && error.code === "backend-dtype") return;
  throw new Error(`a program in ${dtype}, which the backend does not support, was not refused`, { cause: error });
}

function allowanceOf(
  name: string,
  { rounding, reference }: PrimitiveCase<object>,
  attributes: object,
  inputs: readonly HostArray[],
  outputs: readonly TensorSpec[],
  at: number,
  tested: BackendUnderTest,
): Allowance {
  const { dtype } = outputs[at]!;
  const relative = tested.units(dtype, name) * unitOf(dtype);
  if (rounding === "exact" || relative === 0) return () => 0;
  if (rounding === "rounded") return (_, expected) => relative * Math.abs(expected) + smallest;
  // A sum may be off by the rounding of its terms, however small it is itself.
  const sizes = inputs.map((input) =>
    input.dtype === dtype ? { ...input, data: Array.from(input.data, Math.abs) } : input,
  );
  const terms = reference(sizes, attributes, outputs)[at]!;
  return (place) => relative * terms[place]! + smallest;
}
