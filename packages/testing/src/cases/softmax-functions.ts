import * as core from "@gradloom/core";
import type { Tensor } from "@gradloom/core";
import { constantFrom, record } from "fast-check";
import { mapElements, reduceAlong } from "../host-array.ts";
import { shapesWithAxis } from "../shapes.ts";
import { type FunctionCase, functionCase } from "./function-case.ts";
import { asFloat, numeric } from "./primitive-case.ts";

function alongAxis(
  call: (x: Tensor, options: { readonly axis?: number }) => Tensor,
  element: (logit: number, total: number) => number,
): FunctionCase {
  return functionCase({
    // exp of the larger ones overflows.
    settings: record({ at: shapesWithAxis({ empty: false }), offset: constantFrom(0, 0, 1000) }),
    inputs: ({ at: { shape }, offset }) => [{ shape, domain: { from: offset, to: offset + 3 } }],
    call: ([x], { at: { axis } }) => call(x!, { axis }),
    reference: ([x], { at: { axis }, offset }) => {
      const powers = (values: readonly number[]): number =>
        values.reduce((sum, value) => sum + Math.exp(value - offset), 0);
      const total = reduceAlong(x!, { axis, keepDims: true }, powers, "float64");
      return mapElements([x!, total], (value, sum) => element(value - offset, sum), asFloat(x!.dtype));
    },
    dtypes: numeric,
  });
}

/** The rows of the functions that make probabilities. */
export const softmaxFunctions = {
  softmax: (): FunctionCase => alongAxis(core.softmax, (logit, total) => Math.exp(logit) / total),
  logSoftmax: (): FunctionCase => alongAxis(core.logSoftmax, (logit, total) => logit - Math.log(total)),
};
