import { GradloomError } from "../errors/gradloom-error.ts";
import { define } from "../plugin/define.ts";
import type { Shape } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import type { Layer } from "./layer.ts";
import { layerName } from "./model-builder.ts";
import { type LayerList, layerList, type LayerOfLayers } from "./sequential.ts";

/** Several layers that each take the same input; gives the list of what they give, for a merging layer to join. */
export const branch: LayerOfLayers<"branch"> = /*#__PURE__*/ define(
  "layer",
  "branch",
  layerList,
  ({ layers }: LayerList): Layer => ({
    build(input, make) {
      if (layers.length === 0)
        throw new GradloomError("no-branch", "branch: there are no branches; give one layer or more");
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
  {
    call:
      (make) =>
      (...layers) =>
        make({ layers }),
  },
);
