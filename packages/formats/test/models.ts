import { relu } from "@gradloom/activations";
import {
  add,
  anything,
  branch,
  define,
  type FactoryOf,
  frozen,
  full,
  type Layer,
  mul,
  named,
  residual,
  type Shape,
  sequential,
  share,
  type Shapes,
  type Tensor,
} from "@gradloom/core";
import { xavierNormal } from "@gradloom/initializers";
import { dense } from "@gradloom/layers-dense";

/** A layer that keeps whatever it is given as options. */
export const keeping: FactoryOf<"layer", { readonly value?: unknown }, "keeping"> = define(
  "layer",
  "keeping",
  { value: anything() },
  (): Layer => ({ build: (input) => ({ output: input, call: (x) => x }) }),
);

/** The sum of the inputs. */
export const sumUp: FactoryOf<"layer", object, "sumUp"> = define("layer", "sumUp", {}, (): Layer => ({
  build: (input) => ({
    output: input[0] as Shape,
    call: (x) => (x as readonly Tensor[]).reduce((a, b) => add(a, b)),
  }),
}));

/** Scales by a state that a saved model must keep: [features] of ones at first. */
export const scaling: FactoryOf<"layer", object, "scaling"> = define("layer", "scaling", {}, (): Layer => ({
  build(input, make) {
    const scale = make.state("scale", full(input as Shape, 1, make.dtype));
    return { output: input as Shape, call: (x) => mul(x as Tensor, scale.value) };
  },
}));

/** A model with every way that core joins layers: [4] -> [2]. */
export function joined(): { readonly layer: Layer; readonly input: Shapes } {
  const twice = share(dense({ units: 3, activation: relu }));
  return {
    input: [4],
    layer: sequential(
      named("first", dense({ units: 4, activation: relu, kernelInitializer: xavierNormal })),
      residual(dense({ units: 4 }), { shortcut: frozen(dense({ units: 4, bias: false })) }),
      branch(twice, twice, sequential(dense({ units: 3 }), scaling())),
      sumUp(),
      dense({ units: 2 }),
    ),
  };
}
