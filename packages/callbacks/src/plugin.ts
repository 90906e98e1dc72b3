import { plugin, type Plugin } from "@gradloom/core";
import { earlyStopping } from "./early-stopping.ts";
import { history } from "./history.ts";
import { progress } from "./progress.ts";

/** All callbacks of this package. */
export const callbacks: Plugin<readonly [typeof earlyStopping, typeof history, typeof progress]> = /*#__PURE__*/ plugin(
  {
    name: "@gradloom/callbacks",
    core: "^0.1",
    provides: [earlyStopping, history, progress],
  },
);
