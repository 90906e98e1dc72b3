import { plugin, type Plugin } from "@gradloom/core";
import { activation } from "./activation.ts";
import { dense } from "./dense.ts";
import { embedding } from "./embedding.ts";
import { flatten } from "./flatten.ts";
import { mergeAdd, mergeAverage, mergeConcatenate, mergeMaximum, mergeMultiply } from "./merge.ts";
import { reshapeTo } from "./reshape-to.ts";

type Provided = readonly [
  typeof activation,
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
    activation,
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
