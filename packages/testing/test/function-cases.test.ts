import { cpu } from "@gradloom/backend-cpu";
import type { Tensor } from "@gradloom/core";
import { functionCases, operationSuite, primitiveCases } from "@gradloom/testing";
import { sample } from "fast-check";
import { describe, expect, test } from "vitest";
import { asTensor } from "../src/evaluate.ts";
import { drawInputs } from "../src/input-spec.ts";

operationSuite(functionCases, { describe, test }, { backend: cpu() });

/** The kernels that compute tensors, meanings expanded. */
function kernelsBehind(tensors: readonly Tensor[]): ReadonlySet<string> {
  const kernels = new Set<string>();
  const open = [...tensors];
  const seen = new Set<Tensor["node"]>();
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { node } = next;
    if (seen.has(node)) continue;
    seen.add(node);
    if (node.operation.traits.kernel !== undefined) kernels.add(node.operation.traits.kernel);
    open.push(...(node.operation.compose?.(node.inputs, node.attributes) ?? node.inputs));
  }
  return kernels;
}

describe("the rows of functions", () => {
  test("reach every primitive", () => {
    const reached = new Set<string>();
    for (const makeRow of Object.values(functionCases)) {
      const row = makeRow();
      for (const setting of sample(row.settings, { numRuns: 20, seed: 1 })) {
        const { inputs, call } = row.at(setting);
        for (const name of kernelsBehind(call(drawInputs(inputs, row.dtypes[0]!, 1).map(asTensor)))) reached.add(name);
      }
    }
    // Programs put copies in, functions do not.
    expect(Object.keys(primitiveCases).filter((name) => !reached.has(name))).toEqual(["copy"]);
  });
});
