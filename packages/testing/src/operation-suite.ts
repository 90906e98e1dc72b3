import { backendFields, type BackendOptions, checkOptions, type DType, explain } from "@gradloom/core";
import type { Backend } from "@gradloom/core/backend";
import { type Arbitrary, nat } from "fast-check";
import type { FunctionCase } from "./cases/function-case.ts";
import { compareArrays, unitOf } from "./compare-arrays.ts";
import { asTensor, evaluate } from "./evaluate.ts";
import { gradientCheck } from "./gradient-check.ts";
import type { HostArray } from "./host-array.ts";
import { drawInputs } from "./input-spec.ts";
import { loopBackend } from "./loop-backend.ts";
import { property } from "./property.ts";
import type { Runner } from "./suite.ts";

/** Names and their rows. */
export type FunctionCases = Readonly<Record<string, () => FunctionCase>>;

/** Units in the last place, of the largest number in play, by which composed functions may round differently. */
const units = 256;

/**
 * The laws of functions of tensors: each gives what its reference says in every dtype, its gradients of first and second order are right, and
 * the meanings of its operations are what they say, also where the backend has kernels for them.
 */
export function operationSuite(cases: FunctionCases, { describe, test }: Runner, options: BackendOptions = {}): void {
  checkOptions("operationSuite", backendFields, options);
  const { backend = loopBackend() } = options;
  for (const [name, makeRow] of Object.entries(cases)) {
    describe(name, () => {
      const row = makeRow();
      if (row.hasReference) {
        for (const dtype of row.dtypes)
          test(`gives what its reference says, in ${dtype}`, valueLaw(row, dtype, backend));
      }
      if (row.differentiable)
        test("has the gradients that differences show, first and second order", gradientLaw(row, backend));
      test("is made of operations whose meanings are what they say", meaningLaw(row));
    });
  }
}

/** A call of the function with the seed of its numbers. */
export function calls(row: FunctionCase): [Arbitrary<unknown>, Arbitrary<number>] {
  return [row.settings, nat()];
}

function valueLaw(row: FunctionCase, dtype: DType, backend: Backend): () => Promise<void> {
  return property(calls(row), async (setting, seed) => {
    const { inputs: specs, call, reference } = row.at(setting);
    const inputs = drawInputs(specs, dtype, seed);
    const outputs = await evaluate(backend, inputs, call);
    reference(inputs).forEach((expected, at) => {
      const allowed = units * unitOf(expected.dtype) * largestOf([...inputs, expected]);
      compareArrays(`output ${at}`, outputs[at]!, expected, () => allowed);
    });
  });
}

/** Lowers the function for a backend without kernels of its own, where every meaning is expanded and compared with what `infer` says. */
function meaningLaw(row: FunctionCase): () => Promise<void> {
  const backend = loopBackend();
  return property(
    calls(row),
    (setting, seed) => {
      const { inputs, call } = row.at(setting);
      for (const dtype of row.dtypes) explain(call(drawInputs(inputs, dtype, seed).map(asTensor)), { backend });
    },
    3,
  );
}

/** The largest finite size of a number in the arrays. */
export function largestOf(arrays: readonly HostArray[]): number {
  let largest = 0;
  for (const { data } of arrays) {
    for (let place = 0; place < data.length; place++)
      if (Number.isFinite(data[place])) largest = Math.max(largest, Math.abs(data[place]!));
  }
  return largest;
}

function gradientLaw(row: FunctionCase, backend: Backend): () => Promise<void> {
  return property(calls(row), async (setting, seed) => {
    const { inputs: specs, differentiable, call } = row.at(setting);
    if (!differentiable) return;
    await gradientCheck((...tensors) => call(tensors), drawInputs(specs, "float64", seed), {
      backend,
      seed,
      directions: 1,
    });
  });
}
