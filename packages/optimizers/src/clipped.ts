import {
  chain,
  define,
  type FactoryOf,
  type GradientTransform,
  GradloomError,
  type OptimizerRule,
  positiveNumber,
  required,
  valueOfKind,
} from "@gradloom/core";
import { clipByGlobalNorm } from "./clip-by-global-norm.ts";
import { clipByNorm } from "./clip-by-norm.ts";
import { clipByValue } from "./clip-by-value.ts";

/** How far gradients may reach; where several are given, they hold in this order. */
export interface ClipLimits {
  /** Of each number. */
  readonly value?: number;
  /** Of the norm of each parameter's gradient. */
  readonly norm?: number;
  /** Of the norm of all gradients together. */
  readonly globalNorm?: number;
}

/** An optimizer with clipped gradients, from options. */
export const clipping: FactoryOf<"optimizer", ClipLimits & { readonly optimizer: OptimizerRule }, "clipped"> =
  /*#__PURE__*/ define(
    "optimizer",
    "clipped",
    {
      optimizer: required(valueOfKind("optimizer")),
      value: positiveNumber,
      norm: positiveNumber,
      globalNorm: positiveNumber,
    },
    ({ optimizer, value, norm, globalNorm }: ClipLimits & { readonly optimizer: OptimizerRule }): OptimizerRule => {
      const limits: GradientTransform[] = [];
      if (value !== undefined) limits.push(clipByValue(value));
      if (norm !== undefined) limits.push(clipByNorm(norm));
      if (globalNorm !== undefined) limits.push(clipByGlobalNorm(globalNorm));
      if (limits.length === 0) {
        throw new GradloomError(
          "optimizer-option",
          "clipped: there is no limit; give value, norm or globalNorm, e.g. { globalNorm: 1 }",
        );
      }
      return chain(optimizer.learningRate, ...limits, ...optimizer.links);
    },
  );

/** The optimizer, working on gradients that are clipped first: `clipped(adam(), { globalNorm: 1 })`. */
export function clipped(optimizer: OptimizerRule | (() => OptimizerRule), limits: ClipLimits): OptimizerRule {
  return clipping({ optimizer: typeof optimizer === "function" ? optimizer() : optimizer, ...limits });
}
