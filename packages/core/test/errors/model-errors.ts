import { build, type Layer, Optimizer, sequential, tensor, variable } from "@gradloom/core";
import type { ErrorCase } from "./error-case.ts";

const weight = variable([1], { name: "w" });
const liar: Layer = { name: "liar", build: () => ({ output: [3], call: (x) => x }) };

/** Errors of models and optimizers that are not made as their types say. */
export const modelErrors: readonly ErrorCase[] = [
  [
    "optimizer-rule",
    "optimizer: a function is no rule; give one, e.g. adam({ learningRate: 0.001 })",
    () => new Optimizer((() => 0) as never, []),
  ],
  [
    "parameter-twice",
    "optimizer: w is given twice; each parameter takes one step, so name it once",
    () => new Optimizer({ learningRate: 1, links: [] }, [weight, weight]),
  ],
  [
    "no-layer",
    "the model: 7 in the place of inner is no layer; give a layer, e.g. dense({ units: 8 })",
    () => build({ build: (input, make) => make.layer("inner", 7 as never, input) }, { input: [1] }),
  ],
  [
    "layer-output",
    "a layer's call gave [1, 2], its build declared [batch, 3]; they must agree\n  in layer liar",
    () => build(sequential(liar), { input: [2] }).call(tensor([[1, 2]])),
  ],
];
