import type { Fields } from "../errors/options.ts";
import { required, text } from "../errors/rules.ts";
import { define, type FactoryOf, type Given } from "../plugin/define.ts";
import { given } from "../plugin/given.ts";
import type { Layer } from "./layer.ts";
import { layerName } from "./model-builder.ts";

interface Wrapped {
  readonly layer: Given<"layer">;
}

const wrapped: Fields<Wrapped> = { layer: required(given("layer")) };

/** A shared layer, from options. */
export const sharing: FactoryOf<"layer", Wrapped> = /*#__PURE__*/ define(
  "layer",
  "share",
  wrapped,
  ({ layer }: Wrapped): Layer => ({
    shared: true,
    build: (input, make) => {
      const inner = make.resolve("layer", layer);
      return make.layer(layerName(inner, 0), inner, input);
    },
  }),
);

/** The layer as one that may stand in several places of a model, with the same variables everywhere. */
export function share(layer: Given<"layer">): Layer {
  return sharing({ layer });
}

/** A frozen layer, from options. */
export const freezing: FactoryOf<"layer", Wrapped> = /*#__PURE__*/ define(
  "layer",
  "frozen",
  wrapped,
  ({ layer }: Wrapped): Layer => ({
    build: (input, make) => {
      const inner = make.resolve("layer", layer);
      return make.frozen().layer(layerName(inner, 0), inner, input);
    },
  }),
);

/** The layer as it is outside of training: its parameters do not train, its states stay, and `context.training` is false in it. */
export function frozen(layer: Given<"layer">): Layer {
  return freezing({ layer });
}

/** A named layer, from options. */
export const naming: FactoryOf<"layer", Wrapped & { readonly name: string }> = /*#__PURE__*/ define(
  "layer",
  "named",
  { name: required(text), layer: required(given("layer")) },
  ({ name, layer }: Wrapped & { readonly name: string }): Layer => ({
    name,
    build: (input, make) => make.resolve("layer", layer).build(input, make),
  }),
);

/** The layer under a name of its own in paths, instead of its place and kind. */
export function named(name: string, layer: Given<"layer">): Layer {
  return naming({ name, layer });
}
