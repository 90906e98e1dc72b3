import { define, type FactoryOf, type Given } from "../plugin/define.ts";
import type { Layer, Shapes, Tensors } from "./layer.ts";
import { layerName } from "./model-builder.ts";

/** One layer after the other, from a list. */
export const sequence: FactoryOf<"layer", { readonly layers: readonly Given<"layer">[] }> = /*#__PURE__*/ define(
  "layer",
  "sequential",
  ({ layers }: { readonly layers: readonly Given<"layer">[] }): Layer => ({
    build(input, make) {
      let shape: Shapes = input;
      const built = layers.map((given, index) => {
        const layer = make.resolve("layer", given);
        const inner = make.layer(layerName(layer, index), layer, shape);
        shape = inner.output;
        return inner;
      });
      return {
        output: shape,
        call: (x, context) => built.reduce<Tensors>((value, inner) => inner.call(value, context), x),
      };
    },
  }),
);

/** One layer after the other; each takes what the one before gives. */
export function sequential(...layers: readonly Given<"layer">[]): Layer {
  return sequence({ layers });
}
