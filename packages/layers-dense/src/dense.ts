import {
  add,
  define,
  type FactoryOf,
  flag,
  given,
  type Given,
  GradloomError,
  type Layer,
  matmul,
  required,
  type Tensor,
  wholeNumber,
} from "@gradloom/core";
import { xavierUniform, zeros } from "@gradloom/initializers";
import { oneInput } from "./input-shape.ts";

/** Options of `dense`. */
export interface DenseOptions {
  /** Size of the last axis of the output. */
  readonly units: number;
  readonly activation?: Given<"activation">;
  /** Whether a vector is added; true if left out. */
  readonly bias?: boolean;
  /** `xavierUniform` if left out. */
  readonly kernelInitializer?: Given<"initializer">;
  /** `zeros` if left out. */
  readonly biasInitializer?: Given<"initializer">;
  readonly kernelRegularizer?: Given<"regularizer">;
  readonly biasRegularizer?: Given<"regularizer">;
  readonly kernelConstraint?: Given<"constraint">;
}

/** y = activation(x kernel + bias): [batch, ..., features] -> [batch, ..., units]; kernel [features, units], bias [units]. */
export const dense: FactoryOf<"layer", DenseOptions, "dense"> = /*#__PURE__*/ define(
  "layer",
  "dense",
  {
    units: required(wholeNumber(1)),
    activation: given("activation"),
    bias: flag,
    kernelInitializer: given("initializer"),
    biasInitializer: given("initializer"),
    kernelRegularizer: given("regularizer"),
    biasRegularizer: given("regularizer"),
    kernelConstraint: given("constraint"),
  },
  (options: DenseOptions): Layer => {
    const { units, activation, bias = true, kernelInitializer = xavierUniform, biasInitializer = zeros } = options;
    return {
      build(shapes, make) {
        const input = oneInput("dense", shapes);
        const kernel = make.parameter("kernel", [lastSize(input), units], {
          initializer: kernelInitializer,
          regularizer: options.kernelRegularizer,
          constraint: options.kernelConstraint,
        });
        const shift = bias
          ? make.parameter("bias", [units], { initializer: biasInitializer, regularizer: options.biasRegularizer })
          : undefined;
        const activate = activation === undefined ? undefined : make.resolve("activation", activation);
        return {
          output: [...input.slice(0, -1), units],
          call(x) {
            const product = matmul(x as Tensor, kernel.value);
            const y = shift === undefined ? product : add(product, shift.value);
            return activate === undefined ? y : activate(y);
          },
        };
      },
    };
  },
);

function lastSize(input: readonly number[]): number {
  const size = input.at(-1);
  if (size !== undefined) return size;
  throw new GradloomError(
    "layer-input",
    "dense: a sample of the input is one number, []; it needs an axis of features, e.g. reshapeTo({ shape: [1] }) before it",
  );
}
