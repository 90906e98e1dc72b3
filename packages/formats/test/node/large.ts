import { build, type Model, sequential } from "@gradloom/core";
import { dense } from "@gradloom/layers-dense";

/** A model whose file has four megabytes. */
export function large(seed: number): Model {
  return build(sequential(dense({ units: 1024 })), { input: [1024], seed });
}
