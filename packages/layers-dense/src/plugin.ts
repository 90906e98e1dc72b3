import { plugin, type Plugin } from "@gradloom/core";
import { activating } from "./activation.ts";
import { dense } from "./dense.ts";
import { embedding } from "./embedding.ts";
import { flatten } from "./flatten.ts";
import { mergeAdd } from "./merge-add.ts";
import { mergeAverage } from "./merge-average.ts";
import { mergeConcatenate } from "./merge-concatenate.ts";
import { mergeMaximum } from "./merge-maximum.ts";
import { mergeMultiply } from "./merge-multiply.ts";
import { reshapeTo } from "./reshape-to.ts";

type Provided = readonly [
  typeof activating,
  typeof dense,
  typeof embedding,
  typeof flatten,
  typeof mergeAdd,
  typeof mergeAverage,
  typeof mergeConcatenate,
  typeof mergeMaximum,
  typeof mergeMultiply,
  typeof reshapeTo,
];

/** All layers of this package. */
export const denseLayers: Plugin<Provided> = /*#__PURE__*/ plugin({
  name: "@gradloom/layers-dense",
  core: "^0.1",
  provides: [
    activating,
    dense,
    embedding,
    flatten,
    mergeAdd,
    mergeAverage,
    mergeConcatenate,
    mergeMaximum,
    mergeMultiply,
    reshapeTo,
  ],
});
