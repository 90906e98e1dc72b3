import { plugin, type Plugin } from "@gradloom/core";
import { l1 } from "./l1.ts";
import { l1l2 } from "./l1l2.ts";
import { l2 } from "./l2.ts";

/** All regularizers of this package. */
export const regularizers: Plugin<readonly [typeof l1, typeof l2, typeof l1l2]> = /*#__PURE__*/ plugin({
  name: "@gradloom/regularizers",
  core: "^0.1",
  provides: [l1, l2, l1l2],
});
