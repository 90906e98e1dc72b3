import { checkOptions, type Fields } from "../errors/options.ts";
import { checkFunction } from "../ops/apply.ts";
import { define, type FactoryOf } from "../plugin/define.ts";
import { Tensor } from "../tensor/tensor.ts";
import type { Activation } from "./layer.ts";

/** An activation by itself and as a plugin: `relu(x)` computes, `relu` and `leakyRelu({ slope })` are values for layers. */
export type ActivationFactory<Options, Name extends string> = ((x: Tensor, options?: Options) => Tensor) &
  FactoryOf<"activation", Options, Name>;

/** Declares an activation from the schema of its options, all of which may be left out, and a function of a tensor and them. */
export function defineActivation<Options extends object, const Name extends string>(
  name: Name,
  fields: Fields<NoInfer<Options>>,
  compute: (x: Tensor, options: Options) => Tensor,
): ActivationFactory<Options, Name> {
  checkFunction("defineActivation", compute);
  const plain = define(
    "activation",
    name,
    fields,
    (options: Options): Activation =>
      (x) =>
        compute(x, options),
  );
  const factory = (given?: Tensor | Options, options: Options = {} as Options): Tensor | Activation => {
    if (!(given instanceof Tensor)) return plain(given as Options);
    checkOptions(name, fields, options);
    return compute(given, options);
  };
  return Object.assign(factory, { definition: plain.definition }) as unknown as ActivationFactory<Options, Name>;
}
