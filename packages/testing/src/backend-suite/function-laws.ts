import { type DType, sizeOf, vectorJacobianProduct, type Tensor } from "@gradloom/core";
import { type Backend, dtypes } from "@gradloom/core/backend";
import { functionCases } from "../cases/function-cases.ts";
import type { FunctionCase, FunctionInstance } from "../cases/function-case.ts";
import { compareArrays, unitOf } from "../compare-arrays.ts";
import { asTensor, evaluate } from "../evaluate.ts";
import type { HostArray } from "../host-array.ts";
import { drawInputs } from "../input-spec.ts";
import { calls, largestOf } from "../operation-suite.ts";
import { property } from "../property.ts";
import { randomSource } from "../random-source.ts";
import type { Law } from "../suite.ts";
import type { BackendUnderTest } from "./backend-under-test.ts";
import { refused } from "./primitive-laws.ts";

/** A function, and more so its gradient, is a chain of roundings: this many times the units of one. */
const chain = 256;

/**
 * Each function with its gradients of first and second order, in each of its dtypes, gives what the reference backend gives. Kernels of fused
 * operations meet their meaning here.
 */
export function functionLaws(law: Law, tested: BackendUnderTest): void {
  for (const [name, makeRow] of Object.entries(functionCases)) {
    const row = makeRow();
    for (const dtype of row.dtypes) law(`${name} of ${dtype}, with its gradients`, functionLaw(row, dtype, tested));
  }
}

function functionLaw(row: FunctionCase, dtype: DType, tested: BackendUnderTest): () => Promise<void> {
  return property(
    calls(row),
    async (setting, seed) => {
      const instance = row.at(setting);
      const inputs = drawInputs(instance.inputs, dtype, seed);
      const run = (backend: Backend): Promise<readonly HostArray[]> =>
        evaluate(backend, inputs, (tensors) => withGradients(instance, tensors, seed));
      const backend = await tested.backend();
      const expected = await run(tested.reference());
      const lacking = [...inputs, ...expected].find(({ dtype: needed }) => !backend.supports.dtypes.includes(needed));
      if (lacking !== undefined) return refused(() => run(backend), lacking.dtype);
      const results = await run(backend);
      const largest = largestOf([...inputs, ...expected]);
      expected.forEach((array, at) => {
        const allowed = chain * tested.units(array.dtype) * unitOf(array.dtype) * largest;
        compareArrays(`result ${at}`, results[at]!, array, () => allowed);
      });
    },
    10,
  );
}

/** The outputs of the function, then the gradients of its first output in its float inputs, then the gradients of those. */
function withGradients(
  { call, differentiable }: FunctionInstance,
  tensors: readonly Tensor[],
  seed: number,
): readonly Tensor[] {
  const outputs = call(tensors);
  const targets = tensors.filter(isFloat);
  if (!differentiable || !isFloat(outputs[0]!) || targets.length === 0) return outputs;
  const gradientsOf = (output: Tensor): readonly Tensor[] =>
    vectorJacobianProduct(output, cotangent(output, seed), targets, { unused: "zeros" });
  const first = gradientsOf(outputs[0]!);
  return [...outputs, ...first, ...first.flatMap(gradientsOf)];
}

function isFloat({ dtype }: Tensor): boolean {
  return dtypes[dtype].class === "float";
}

function cotangent({ shape, dtype }: Tensor, seed: number): Tensor {
  const random = randomSource(seed);
  return asTensor({ shape, dtype, data: Array.from({ length: sizeOf(shape) }, () => random() - 0.5) });
}
