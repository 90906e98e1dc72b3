import { add, apply, fused, GradloomError, mul, primitive, type Traits } from "@gradloom/core";
import { nat } from "fast-check";
import { functionCases } from "../cases/function-cases.ts";
import { primitiveCases } from "../cases/primitive-cases.ts";
import { compareArrays } from "../compare-arrays.ts";
import { evaluate } from "../evaluate.ts";
import { mapElements } from "../host-array.ts";
import { drawInputs } from "../input-spec.ts";
import { property } from "../property.ts";
import type { Law } from "../suite.ts";
import type { BackendUnderTest } from "./backend-under-test.ts";

/** What core calls its operations and functions, and what every object has. */
const names: readonly string[] = [
  ...Object.keys(primitiveCases),
  ...Object.keys(functionCases),
  "group",
  "reshape",
  "constructor",
  "toString",
  "__proto__",
];

/** An operation is its identity: one that is called like another never gets the other's kernel. */
export function identityLaws(law: Law, tested: BackendUnderTest): void {
  for (const traits of [{}, { elementwise: true }] satisfies Traits[]) {
    law(
      `operations ${described(traits)}called like others have their own meaning`,
      property([nat()], async (seed) => meanings(traits, seed, tested), 3),
    );
  }
  for (const traits of [{}, { elementwise: true }, { reduction: true }] satisfies Traits[]) {
    law(`primitives ${described(traits)}called like others are refused where they have no kernel`, () =>
      refusals(traits, tested),
    );
  }
}

function described(traits: Traits): string {
  const [trait] = Object.keys(traits);
  return trait === undefined ? "" : `(${trait}) `;
}

async function meanings(traits: Traits, seed: number, tested: BackendUnderTest): Promise<void> {
  const inputs = drawInputs([{ shape: [3, 9, 1] }], "float32", seed);
  const outputs = await evaluate(await tested.backend(), inputs, ([x]) =>
    names.map((name, at) => {
      const operation = fused({
        name,
        infer: ([given]) => [given!],
        compose: ([given]) => [add(mul(given!, 3), at)],
        traits,
      });
      return mul(apply(operation, [x!], {}), 0.5);
    }),
  );
  names.forEach((name, at) => {
    const expected = mapElements(inputs, (value) => (value * 3 + at) / 2);
    compareArrays(name, outputs[at]!, expected, (_, value) => 1e-5 * (1 + Math.abs(value)));
  });
}

async function refusals(traits: Traits, tested: BackendUnderTest): Promise<void> {
  const backend = await tested.backend();
  const inputs = drawInputs([{ shape: [3, 9, 1] }], "float32", 1);
  for (const name of names) {
    const operation = primitive({ name, infer: ([x]) => [x!], grad: () => [null], traits });
    const error: unknown = await Promise.resolve()
      .then(() => evaluate(backend, inputs, ([x]) => [apply(operation, [x!], {})]))
      .catch((reason: unknown) => reason);
    if (!(error instanceof GradloomError && error.code === "no-kernel" && error.message.startsWith(`${name}: `)))
      throw new Error(`the primitive "${name}" of others was not refused by name`, { cause: error });
  }
}
