import { cast, div, mean, type Metric, mul, reshape, sum, type Tensor } from "@gradloom/core";

/** A metric that is the weighted mean over samples of a number for each, or for each of their positions: [batch, ...]. */
export function sampleMean(numbers: (prediction: Tensor, target: Tensor) => Tensor): Metric {
  return {
    statistics: { sum: [], weight: [] },
    amounts(prediction, target, weights) {
      const each = cast(numbers(prediction, target), weights.dtype);
      const one = each.rank === 1 ? each : mean(reshape(each, [each.shape[0]!, -1]), { axis: 1 });
      return { sum: sum(mul(one, weights)), weight: sum(weights) };
    },
    result: ({ sum: total, weight }) => div(total!, weight!),
  };
}
