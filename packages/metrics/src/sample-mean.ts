import { cast, div, equal, mean, type Metric, mul, reshape, sum, type Tensor, where } from "@gradloom/core";

/** Whether something holds, as 0 or 1, and NaN where it cannot be told. */
export function whereKnown(known: Tensor, holds: Tensor): Tensor {
  return where(known, cast(holds, "float32"), NaN);
}

/** A metric that is the weighted mean over samples of a number for each, or for each of their positions: [batch, ...]. Samples of weight 0 are not there. */
export function sampleMean(numbers: (prediction: Tensor, target: Tensor) => Tensor): Metric {
  return {
    statistics: { sum: [], weight: [] },
    amounts(prediction, target, weights) {
      const each = cast(numbers(prediction, target), weights.dtype);
      const one = each.rank === 1 ? each : mean(reshape(each, [each.shape[0]!, -1]), { axis: 1 });
      return { sum: sum(where(equal(weights, 0), 0, mul(one, weights))), weight: sum(weights) };
    },
    result: ({ sum: total, weight }) => div(total!, weight!),
  };
}
