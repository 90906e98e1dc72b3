import { plugin, type Plugin } from "@gradloom/core";
import { binaryCrossEntropy } from "./binary-cross-entropy.ts";
import { mse } from "./mse.ts";
import { softmaxCrossEntropy } from "./softmax-cross-entropy.ts";

/** All losses of this package. */
export const losses: Plugin<readonly [typeof binaryCrossEntropy, typeof mse, typeof softmaxCrossEntropy]> =
  /*#__PURE__*/ plugin({
    name: "@gradloom/losses",
    core: "^0.1",
    provides: [binaryCrossEntropy, mse, softmaxCrossEntropy],
  });
