import { plugin, type Plugin } from "@gradloom/core";
import { adam } from "./adam.ts";
import { adamW } from "./adam-w.ts";
import { clipped } from "./clip.ts";
import { sgd } from "./sgd.ts";

/** All optimizers of this package. */
export const optimizers: Plugin<readonly [typeof adam, typeof adamW, typeof clipped, typeof sgd]> =
  /*#__PURE__*/ plugin({
    name: "@gradloom/optimizers",
    core: "^0.1",
    provides: [adam, adamW, clipped, sgd],
  });
