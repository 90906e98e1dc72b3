import { defineLoss, type LossFactory, mul, sub } from "@gradloom/core";
import { aligned, checkAligned } from "./aligned.ts";
import { checkValues } from "./check-target.ts";
import { perSample } from "./per-sample.ts";

/** The mean of (prediction - target)² over all but the batch: [batch, ...] and targets of that shape -> [batch]. */
export const mse: LossFactory<object, "mse"> = /*#__PURE__*/ defineLoss(
  "mse",
  {},
  (prediction, target) => {
    const away = sub(prediction, aligned(target, prediction));
    return perSample(mul(away, away));
  },
  ({ shape }, target) => {
    checkAligned("mse", shape, target);
    checkValues("mse", target, Number.isFinite, (value) => `${value}; targets must be finite numbers`);
  },
);
