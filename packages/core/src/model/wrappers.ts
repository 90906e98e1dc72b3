import { required, text } from "../errors/rules.ts";
import { define, type FactoryOf, type Given } from "../plugin/define.ts";
import { given } from "../plugin/given.ts";
import type { Builder, BuiltLayer, Layer, Shapes } from "./layer.ts";
import { layerName } from "./model-builder.ts";

/** The options of layers that are made of another one. */
export interface WrappedLayer {
  readonly layer: Given<"layer">;
}

type Wrapper<Name extends string> = FactoryOf<"layer", WrappedLayer, Name, (layer: Given<"layer">) => Layer>;

/** The layer as one that may stand in several places of a model, with the same variables everywhere. */
export const share: Wrapper<"share"> = /*#__PURE__*/ define(
  "layer",
  "share",
  { layer: required(given("layer")) },
  ({ layer }: WrappedLayer): Layer => ({ shared: true, build: (input, make) => within(make, layer, input) }),
  { call: (make) => (layer) => make({ layer }) },
);

/** The layer as it is outside of training: its parameters do not train, its states stay, and `context.training` is false in it. A shared layer is frozen in all its places or in none. */
export const frozen: Wrapper<"frozen"> = /*#__PURE__*/ define(
  "layer",
  "frozen",
  { layer: required(given("layer")) },
  ({ layer }: WrappedLayer): Layer => ({ build: (input, make) => within(make.frozen(), layer, input) }),
  { call: (make) => (layer) => make({ layer }) },
);

/** Options of `named`. */
export interface NamedLayer extends WrappedLayer {
  readonly name: string;
}

/** The layer under a name of its own in paths, instead of its place and kind. */
export const named: FactoryOf<"layer", NamedLayer, "named", (name: string, layer: Given<"layer">) => Layer> =
  /*#__PURE__*/ define(
    "layer",
    "named",
    { name: required(text), layer: required(given("layer")) },
    ({ name, layer }: NamedLayer): Layer => ({
      name,
      build: (input, make) => make.resolve("layer", layer).build(input, make),
    }),
    { call: (make) => (name, layer) => make({ name, layer }) },
  );

function within(make: Builder, layer: Given<"layer">, input: Shapes): BuiltLayer {
  const inner = make.resolve("layer", layer);
  return make.layer(layerName(inner, 0), inner, input);
}
