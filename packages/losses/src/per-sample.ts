import { mean, reshape, type Tensor } from "@gradloom/core";

/** The mean over all axes but the first: [batch, ...] -> [batch]. */
export function perSample(losses: Tensor): Tensor {
  return losses.rank === 1 ? losses : mean(reshape(losses, [losses.shape[0]!, -1]), { axis: 1 });
}
