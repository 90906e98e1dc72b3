import type { Fields } from "../errors/options.ts";
import { checkFunction } from "../ops/apply.ts";
import { computeOrMake } from "../plugin/compute-or-make.ts";
import { define, type FactoryOf, type Make } from "../plugin/define.ts";
import type { TensorSpec } from "../tensor/graph.ts";
import type { Tensor } from "../tensor/tensor.ts";
import type { Loss } from "./contracts.ts";

/** A loss by itself and as a plugin: `mse(prediction, target)` gives [batch], `mse` and `mse({ … })` are values for the Trainer. */
export type LossFactory<Options, Name extends string> = FactoryOf<
  "loss",
  Options,
  Name,
  ((prediction: Tensor, target: Tensor, options?: Options) => Tensor) & Make<"loss", Options>
>;

/** Declares a loss from the schema of its options and a function of predictions, targets and them; `check` looks at targets that are known on the host. */
export function defineLoss<Options extends object, const Name extends string>(
  name: Name,
  fields: Fields<NoInfer<Options>>,
  compute: (prediction: Tensor, target: Tensor, options: Options) => Tensor,
  check?: (prediction: TensorSpec, target: Tensor, options: Options) => void,
): LossFactory<Options, Name> {
  checkFunction("defineLoss", compute);
  const create = (options: Options): Loss => {
    const loss: Loss = (prediction, target) => compute(prediction, target, options);
    if (check !== undefined) loss.check = (prediction, target) => check(prediction, target, options);
    return loss;
  };
  return define("loss", name, fields, create, {
    call: (make) => computeOrMake(make, 2),
  }) as unknown as LossFactory<Options, Name>;
}
