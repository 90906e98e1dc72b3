import { define, type FactoryOf } from "../plugin/define.ts";
import { Tensor } from "../tensor/tensor.ts";
import type { Activation } from "./layer.ts";

/** An activation by itself and as a plugin: `relu(x)` computes, `relu` and `leakyRelu({ slope })` are values for layers. */
export type ActivationFactory<Options, Name extends string> = ((x: Tensor, options?: Options) => Tensor) &
  FactoryOf<"activation", Options, Name>;

/** Declares an activation from a function of a tensor and options, all of which may be left out. */
export function defineActivation<Options extends object, const Name extends string>(
  name: Name,
  compute: (x: Tensor, options: Options) => Tensor,
): ActivationFactory<Options, Name> {
  const plain = define(
    "activation",
    name,
    (options: Options): Activation =>
      (x) =>
        compute(x, options),
  );
  const factory = (given?: Tensor | Options, options: Options = {} as Options): Tensor | Activation =>
    given instanceof Tensor ? compute(given, options) : plain(given as Options);
  return Object.assign(factory, { definition: plain.definition }) as unknown as ActivationFactory<Options, Name>;
}
