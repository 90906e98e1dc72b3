import { define, type FactoryOf, type Given } from "../plugin/define.ts";
import type { Shape } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import type { Layer } from "./layer.ts";
import { layerName } from "./model-builder.ts";
import { type LayerList, layerList } from "./sequential.ts";

/** Several layers on one input, from a list. */
export const branches: FactoryOf<"layer", LayerList> = /*#__PURE__*/ define(
  "layer",
  "branch",
  layerList,
  ({ layers }: LayerList): Layer => ({
    build(input, make) {
      const built = layers.map((given, index) => {
        const layer = make.resolve("layer", given);
        return make.layer(layerName(layer, index), layer, input);
      });
      return {
        output: built.map(({ output }) => output as Shape),
        call: (x, context) => built.map((inner) => inner.call(x, context) as Tensor),
      };
    },
  }),
);

/** Several layers that each take the same input; gives the list of what they give, for a merging layer to join. */
export function branch(...layers: readonly Given<"layer">[]): Layer {
  return branches({ layers });
}
