import { cpu } from "@gradloom/backend-cpu";
import type { Tensor } from "@gradloom/core";
import { functionCases, operationSuite, primitiveCases } from "@gradloom/testing";
import { sample } from "fast-check";
import { describe, expect, test } from "vitest";
import { asTensor } from "../src/evaluate.ts";
import { drawInputs } from "../src/input-spec.ts";

operationSuite(functionCases, { describe, test }, { backend: cpu() });

/** The names of the operations behind tensors, meanings expanded. */
function namesBehind(tensors: readonly Tensor[]): ReadonlySet<string> {
  const names = new Set<string>();
  const open = [...tensors];
  const seen = new Set<Tensor["node"]>();
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { node } = next;
    if (seen.has(node)) continue;
    seen.add(node);
    names.add(node.operation.name);
    open.push(...(node.operation.compose?.(node.inputs, node.attributes) ?? node.inputs));
  }
  return names;
}

describe("the rows of functions", () => {
  test("reach every primitive", () => {
    const reached = new Set<string>();
    for (const makeRow of Object.values(functionCases)) {
      const row = makeRow();
      for (const setting of sample(row.settings, { numRuns: 20, seed: 1 })) {
        const { inputs, call } = row.at(setting);
        for (const name of namesBehind(call(drawInputs(inputs, row.dtypes[0]!, 1).map(asTensor)))) reached.add(name);
      }
    }
    // Programs put copies in, functions do not.
    expect(Object.keys(primitiveCases).filter((name) => !reached.has(name))).toEqual(["copy"]);
  });
});
