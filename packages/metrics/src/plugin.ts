import { plugin, type Plugin } from "@gradloom/core";
import { accuracy } from "./accuracy.ts";
import { binaryAccuracy } from "./binary-accuracy.ts";
import { lossOf } from "./loss-of.ts";
import { topKAccuracy } from "./top-k-accuracy.ts";

/** All metrics of this package. */
export const metrics: Plugin<readonly [typeof accuracy, typeof binaryAccuracy, typeof lossOf, typeof topKAccuracy]> =
  /*#__PURE__*/ plugin({
    name: "@gradloom/metrics",
    core: "^0.1",
    provides: [accuracy, binaryAccuracy, lossOf, topKAccuracy],
  });
