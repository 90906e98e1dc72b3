import {
  define,
  type FactoryOf,
  GradloomError,
  type Layer,
  required,
  reshape,
  rule,
  type Rule,
  type Shape,
  sizeOf,
  type Tensor,
} from "@gradloom/core";
import { oneInput } from "./input-shape.ts";

/** Options of `reshapeTo`. */
export interface ReshapeOptions {
  /** Of a sample; one size may be -1 and is worked out. */
  readonly shape: Shape;
}

const shapeWithOneOpen: Rule<Shape> = /*#__PURE__*/ rule(
  "a shape, a list of whole numbers of 1 or more (one may be -1)",
  (value) => Array.isArray(value) && value.every((size) => Number.isInteger(size) && (size >= 1 || size === -1)),
);

/** The same numbers in another shape: [batch, ...] -> [batch, ...shape]. */
export const reshapeTo: FactoryOf<"layer", ReshapeOptions, "reshapeTo"> = /*#__PURE__*/ define(
  "layer",
  "reshapeTo",
  { shape: required(shapeWithOneOpen) },
  ({ shape }: ReshapeOptions): Layer => ({
    build(input) {
      const output = resolved(oneInput("reshapeTo", input), shape);
      return { output, call: (x) => reshape(x as Tensor, [(x as Tensor).shape[0]!, ...output]) };
    },
  }),
);

function resolved(input: Shape, shape: Shape): Shape {
  const size = sizeOf(input);
  const open = shape.indexOf(-1);
  const others = shape.reduce((total, length, axis) => (axis === open ? total : total * length), 1);
  const whole = shape.every((length, axis) => axis === open || (Number.isInteger(length) && length >= 1));
  if (whole && (open < 0 ? others === size : size % others === 0))
    return shape.map((length, axis) => (axis === open ? size / others : length));
  throw new GradloomError(
    "reshape-size",
    `reshapeTo: a sample [${input.join(", ")}] holds ${size} numbers, [${shape.join(", ")}] does not; the sizes must be whole and multiply to the same number (one may be -1)`,
  );
}
