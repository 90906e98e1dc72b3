import { define, type FactoryOf, finiteNumber, full, type Initializer, required } from "@gradloom/core";

/** Options of `constant`. */
export interface ConstantOptions {
  readonly value: number;
}

/** Every entry is `value`. */
export const constant: FactoryOf<"initializer", ConstantOptions, "constant"> = /*#__PURE__*/ define(
  "initializer",
  "constant",
  { value: required(finiteNumber()) },
  ({ value }: ConstantOptions): Initializer =>
    (shape, { dtype }) =>
      full(shape, value, dtype),
);

/** Every entry is 0: for biases, never for kernels, whose units would all stay alike. */
export const zeros: FactoryOf<"initializer", object, "zeros"> = /*#__PURE__*/ define(
  "initializer",
  "zeros",
  {},
  (): Initializer =>
    (shape, { dtype }) =>
      full(shape, 0, dtype),
);

/** Every entry is 1. */
export const ones: FactoryOf<"initializer", object, "ones"> = /*#__PURE__*/ define(
  "initializer",
  "ones",
  {},
  (): Initializer =>
    (shape, { dtype }) =>
      full(shape, 1, dtype),
);
