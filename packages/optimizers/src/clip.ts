import {
  cast,
  chain,
  checkValue,
  clip,
  concat,
  define,
  div,
  type FactoryOf,
  type GradientTransform,
  GradloomError,
  lessEqual,
  mul,
  norm,
  type OptimizerRule,
  positiveNumber,
  required,
  reshape,
  type Tensor,
  valueOfKind,
  where,
} from "@gradloom/core";

/** Each number of the gradient, held within ±limit. */
export function clipByValue(limit: number): GradientTransform {
  checkValue("clipByValue", "limit", positiveNumber, limit);
  return { update: (gradient) => ({ update: clip(gradient, -limit, limit) }) };
}

/** The gradient of each parameter, shrunk to the limit where its Euclidean norm is longer. */
export function clipByNorm(limit: number): GradientTransform {
  checkValue("clipByNorm", "limit", positiveNumber, limit);
  return { update: (gradient) => ({ update: shrunk(gradient, norm(gradient), limit) }) };
}

/** All gradients, shrunk by one factor where the Euclidean norm of them together is beyond the limit (Pascanu, Mikolov & Bengio 2013). */
export function clipByGlobalNorm(limit: number): GradientTransform {
  checkValue("clipByGlobalNorm", "limit", positiveNumber, limit);
  return {
    total: (gradients) => norm(concat(gradients.map((gradient) => reshape(norm(gradient), [1])))),
    update: (gradient, { total }) => ({ update: shrunk(gradient, cast(total!, gradient.dtype), limit) }),
  };
}

/** The gradient in its direction with the length `limit`, where its length is beyond that. A length of NaN makes all of it NaN. */
function shrunk(gradient: Tensor, length: Tensor, limit: number): Tensor {
  return where(lessEqual(length, limit), gradient, mul(div(gradient, length), limit));
}

/** How far gradients may reach; where several are given, they hold in this order. */
export interface ClipLimits {
  /** Of each number. */
  readonly value?: number;
  /** Of the norm of each parameter's gradient. */
  readonly norm?: number;
  /** Of the norm of all gradients together. */
  readonly globalNorm?: number;
}

/** Options of `clipped`. */
export interface ClippedOptions extends ClipLimits {
  readonly optimizer: OptimizerRule;
}

/** The optimizer, working on gradients that are clipped first: `clipped(adam(), { globalNorm: 1 })`. */
export const clipped: FactoryOf<
  "optimizer",
  ClippedOptions,
  "clipped",
  (optimizer: OptimizerRule | (() => OptimizerRule), limits: ClipLimits) => OptimizerRule
> = /*#__PURE__*/ define(
  "optimizer",
  "clipped",
  {
    optimizer: required(valueOfKind("optimizer")),
    value: positiveNumber,
    norm: positiveNumber,
    globalNorm: positiveNumber,
  },
  ({ optimizer, value, norm, globalNorm }: ClippedOptions): OptimizerRule => {
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
  {
    call: (make) => (optimizer, limits) =>
      make({ optimizer: typeof optimizer === "function" ? optimizer() : optimizer, ...limits }),
  },
);
