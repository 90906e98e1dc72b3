import type { Fields } from "../errors/options.ts";
import { checkFunction } from "../ops/apply.ts";
import { computeOrMake } from "../plugin/compute-or-make.ts";
import { define, type FactoryOf, type Make } from "../plugin/define.ts";
import type { Tensor } from "../tensor/tensor.ts";
import type { Activation } from "./layer.ts";

/** An activation by itself and as a plugin: `relu(x)` computes, `relu` and `leakyRelu({ slope })` are values for layers. */
export type ActivationFactory<Options, Name extends string> = FactoryOf<
  "activation",
  Options,
  Name,
  ((x: Tensor, options?: Options) => Tensor) & Make<"activation", Options>
>;

/** Declares an activation from the schema of its options, all of which may be left out, and a function of a tensor and them. */
export function defineActivation<Options extends object, const Name extends string>(
  name: Name,
  fields: Fields<NoInfer<Options>>,
  compute: (x: Tensor, options: Options) => Tensor,
): ActivationFactory<Options, Name> {
  checkFunction("defineActivation", compute);
  const create =
    (options: Options): Activation =>
    (x) =>
      compute(x, options);
  return define("activation", name, fields, create, {
    call: (make) => computeOrMake(make, 1),
  }) as unknown as ActivationFactory<Options, Name>;
}
