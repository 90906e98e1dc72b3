import { type Definition, type FactoryOf, made } from "../plugin/define.ts";
import type { TensorSpec } from "../tensor/operation.ts";
import { Tensor } from "../tensor/tensor.ts";
import type { Loss } from "./contracts.ts";

/** A loss by itself and as a plugin: `mse(prediction, target)` gives [batch], `mse` and `mse({ … })` are values for the Trainer. */
export type LossFactory<Options, Name extends string> = FactoryOf<"loss", Options, Name> &
  ((prediction: Tensor, target: Tensor, options?: Options) => Tensor);

/** Declares a loss from a function of predictions, targets and options; `check` looks at targets that are known on the host. */
export function defineLoss<Options extends object, const Name extends string>(
  name: Name,
  compute: (prediction: Tensor, target: Tensor, options: Options) => Tensor,
  check?: (prediction: TensorSpec, target: Tensor, options: Options) => void,
): LossFactory<Options, Name> {
  const definition: Definition & { readonly kind: "loss"; readonly name: Name } = {
    kind: "loss",
    name,
    version: 1,
    migrate: undefined,
  };
  const factory = (
    first: Tensor | Options = {} as Options,
    target?: Tensor,
    options: Options = {} as Options,
  ): Tensor | Loss => {
    if (first instanceof Tensor) {
      check?.(first, target!, options);
      return compute(first, target!, options);
    }
    const loss: Loss = (prediction, wanted) => compute(prediction, wanted, first);
    if (check !== undefined) loss.check = (prediction, wanted) => check(prediction, wanted, first);
    return made(loss, definition, first);
  };
  return Object.assign(factory, { definition }) as unknown as LossFactory<Options, Name>;
}
