import { define, full, type Layer, mul, type Shape, type Tensor } from "@gradloom/core";
import { layerSuite } from "@gradloom/testing";
import { describe, test } from "vitest";

const scale = define("layer", "scale", {}, (): Layer => ({
  build(input, make) {
    const factor = make.parameter("factor", [(input as Shape).at(-1)!], {
      initializer: (shape, { dtype }) => full(shape, 1, dtype),
    });
    return { output: input, call: (x) => mul(x as Tensor, factor.value) };
  },
}));

layerSuite({ scale: { make: () => scale(), input: [3] } }, { describe, test }, { plugins: [scale] });
