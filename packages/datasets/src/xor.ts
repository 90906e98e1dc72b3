import type { Dataset } from "./dataset.ts";

/** The four points of exclusive or, which no single linear layer separates: `inputs` `[4, 2]`. */
export function xor(): Dataset<Float32Array> {
  return {
    inputs: Float32Array.of(0, 0, 0, 1, 1, 0, 1, 1),
    labels: Int32Array.of(0, 1, 1, 0),
    shape: [4, 2],
    classes: ["false", "true"],
  };
}
