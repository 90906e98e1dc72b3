import type * as core from "@gradloom/core";
import type { Tensor } from "@gradloom/core";
import { creationFunctions } from "./creation-functions.ts";
import { einsumFunctions } from "./einsum-functions.ts";
import { elementwiseCompositions } from "./elementwise-compositions.ts";
import { elementwiseFunctions } from "./elementwise-functions.ts";
import type { FunctionCase } from "./function-case.ts";
import { loopFunctions } from "./loop-functions.ts";
import { matmulFunctions } from "./matmul-functions.ts";
import { indexingFunctions } from "./indexing-functions.ts";
import { movementCompositions } from "./movement-compositions.ts";
import { movementFunctions } from "./movement-functions.ts";
import { randomCompositions } from "./random-compositions.ts";
import { randomFunctions } from "./random-functions.ts";
import { reductionCompositions } from "./reduction-compositions.ts";
import { reductionFunctions } from "./reduction-functions.ts";
import { softmaxFunctions } from "./softmax-functions.ts";

/** What gives tensors and is no operation. */
type NotOperations =
  // Leaves: their numbers are what they are given.
  | "tensor"
  | "constant"
  | "full"
  // The door that operations go through.
  | "apply"
  | "applyAll"
  // What the gradient law is about.
  | "gradients"
  | "vectorJacobianProduct"
  | "jacobianVectorProduct"
  | "hessianVectorProduct"
  | "jacobian"
  | "hessian";

type FunctionNames = {
  readonly [Name in keyof typeof core]: (typeof core)[Name] extends (...values: never[]) => infer Result
    ? Result extends Tensor | readonly Tensor[]
      ? Name
      : never
    : never;
}[keyof typeof core];

/** The row of every public function of core that computes tensors. A function without a row does not compile. */
export const functionCases: { readonly [Name in Exclude<FunctionNames, NotOperations>]: () => FunctionCase } = {
  ...elementwiseFunctions,
  ...elementwiseCompositions,
  ...reductionFunctions,
  ...reductionCompositions,
  ...movementFunctions,
  ...movementCompositions,
  ...indexingFunctions,
  ...matmulFunctions,
  ...einsumFunctions,
  ...softmaxFunctions,
  ...creationFunctions,
  ...randomFunctions,
  ...randomCompositions,
  ...loopFunctions,
};
