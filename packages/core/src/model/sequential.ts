import type { Fields } from "../errors/options.ts";
import { listOf, required } from "../errors/rules.ts";
import { define, type FactoryOf, type Given } from "../plugin/define.ts";
import { given } from "../plugin/given.ts";
import type { Layer, Shapes, Tensors } from "./layer.ts";
import { layerName } from "./model-builder.ts";

/** The options of layers that are made of a list of others. */
export interface LayerList {
  readonly layers: readonly Given<"layer">[];
}

/** Their schema. */
export const layerList: Fields<LayerList> = { layers: required(listOf(given("layer"))) };

/** A layer that is made of a list of others, given one by one. */
export type LayerOfLayers<Name extends string> = FactoryOf<
  "layer",
  LayerList,
  Name,
  (...layers: readonly Given<"layer">[]) => Layer
>;

/** One layer after the other; each takes what the one before gives. */
export const sequential: LayerOfLayers<"sequential"> = /*#__PURE__*/ define(
  "layer",
  "sequential",
  layerList,
  ({ layers }: LayerList): Layer => ({
    build(input, make) {
      let shape: Shapes = input;
      const built = layers.map((each, index) => {
        const layer = make.resolve("layer", each);
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
  {
    call:
      (make) =>
      (...layers) =>
        make({ layers }),
  },
);
