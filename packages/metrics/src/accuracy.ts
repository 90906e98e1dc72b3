import { argMax, cast, define, div, equal, type FactoryOf, type Metric, mean, mul, reshape, sum } from "@gradloom/core";

/** The share of samples whose class was predicted: predictions [batch, ..., classes], targets class numbers [batch, ...] or of the predictions' shape. */
export const accuracy: FactoryOf<"metric", object, "accuracy"> = /*#__PURE__*/ define(
  "metric",
  "accuracy",
  (): Metric => ({
    statistics: { correct: [], total: [] },
    amounts(prediction, target, weights) {
      const wanted = target.rank === prediction.rank ? argMax(target, { axis: -1 }) : cast(target, "int32");
      const hits = cast(equal(argMax(prediction, { axis: -1 }), wanted), weights.dtype);
      const share = hits.rank === 1 ? hits : mean(reshape(hits, [hits.shape[0]!, -1]), { axis: 1 });
      return { correct: sum(mul(share, weights)), total: sum(weights) };
    },
    result: ({ correct, total }) => div(correct!, total!),
  }),
);
