import * as core from "@gradloom/core";
import type { Tensor } from "@gradloom/core";
import { type HostArray, mapElements, reduceAlong } from "../host-array.ts";
import { shapesWithAxis } from "../shapes.ts";
import { type FunctionCase, functionCase } from "./function-case.ts";
import { asFloat, numeric } from "./primitive-case.ts";

function alongAxis(
  call: (x: Tensor, options: { readonly axis?: number }) => Tensor,
  element: (x: number, total: number) => number,
): FunctionCase {
  return functionCase({
    settings: shapesWithAxis({ empty: false }),
    inputs: ({ shape }) => [{ shape }],
    call: ([x], { axis }) => call(x!, { axis }),
    reference: ([x], { axis }): HostArray => {
      const total = reduceAlong(
        x!,
        { axis, keepDims: true },
        (values) => values.reduce((sum, value) => sum + Math.exp(value), 0),
        "float64",
      );
      return mapElements([x!, total], element, asFloat(x!.dtype));
    },
    dtypes: numeric,
  });
}

/** The rows of the functions that make probabilities. */
export const softmaxFunctions = {
  softmax: (): FunctionCase => alongAxis(core.softmax, (x, total) => Math.exp(x) / total),
  logSoftmax: (): FunctionCase => alongAxis(core.logSoftmax, (x, total) => x - Math.log(total)),
};
