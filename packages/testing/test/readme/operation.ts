import { mul, type Tensor, tanh } from "@gradloom/core";
import { functionCase, mapElements, operationSuite, shapes } from "@gradloom/testing";
import { describe, test } from "vitest";

const squash = (x: Tensor): Tensor => mul(tanh(x), 2);

const cases = {
  squash: () =>
    functionCase({
      settings: shapes(), // odd sizes, size-1 and empty axes
      inputs: (shape) => [{ shape, domain: { from: -3, to: 3 } }],
      call: ([x]) => squash(x!),
      reference: (arrays) => mapElements(arrays, (x) => 2 * Math.tanh(x)),
    }),
};

operationSuite(cases, { describe, test });
