import { GradloomError } from "../errors/gradloom-error.ts";
import { checkOptions, type Fields } from "../errors/options.ts";
import { required } from "../errors/rules.ts";
import { add } from "../ops/elementwise.ts";
import { define, type FactoryOf, type Given } from "../plugin/define.ts";
import { given } from "../plugin/given.ts";
import type { Tensor } from "../tensor/tensor.ts";
import type { Layer } from "./layer.ts";

/** The two ways through a skip connection. */
export interface ResidualOptions {
  readonly body: Given<"layer">;
  /** What brings the input to the body's output shape; the input itself if left out. */
  readonly shortcut?: Given<"layer">;
}

const shortcutFields: Fields<Omit<ResidualOptions, "body">> = { shortcut: given("layer") };

/** y = body(x) + shortcut(x): a way around the body for values and gradients (He et al. 2016, https://arxiv.org/abs/1512.03385). */
export const residual: FactoryOf<
  "layer",
  ResidualOptions,
  "residual",
  (body: Given<"layer">, options?: Omit<ResidualOptions, "body">) => Layer
> = /*#__PURE__*/ define(
  "layer",
  "residual",
  { body: required(given("layer")), ...shortcutFields },
  ({ body, shortcut }: ResidualOptions): Layer => ({
    build(input, make) {
      const long = make.layer("body", make.resolve("layer", body), input);
      const short = shortcut === undefined ? undefined : make.layer("shortcut", make.resolve("layer", shortcut), input);
      const around = short?.output ?? input;
      if (JSON.stringify(long.output) !== JSON.stringify(around)) {
        throw new GradloomError(
          "residual-shape",
          `residual: the body gives ${JSON.stringify(long.output)}, the ${short === undefined ? "input" : "shortcut"} is ${JSON.stringify(around)}; ` +
            "they are added, so they must have one shape: give a shortcut that brings the input to it, e.g. { shortcut: dense({ units }) }",
        );
      }
      return {
        output: long.output,
        call: (x, context) =>
          add(long.call(x, context) as Tensor, (short === undefined ? x : short.call(x, context)) as Tensor),
      };
    },
  }),
  {
    call:
      (make) =>
      (body, options = {}) => {
        checkOptions("residual", shortcutFields, options);
        return make({ body, ...options });
      },
  },
);
