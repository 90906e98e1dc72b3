import {
  add,
  axisNumber,
  concat,
  define,
  div,
  type FactoryOf,
  GradloomError,
  type Layer,
  maximum,
  mul,
  sameShape,
  type Shape,
  type Tensor,
} from "@gradloom/core";
import { severalInputs } from "./input-shape.ts";

/** The sum of its inputs: a list of [batch, ...] -> [batch, ...]. */
export const mergeAdd: FactoryOf<"layer", object, "mergeAdd"> = /*#__PURE__*/ define(
  "layer",
  "mergeAdd",
  {},
  (): Layer => merge("mergeAdd", (inputs) => inputs.reduce((a, b) => add(a, b))),
);

/** The mean of its inputs: a list of [batch, ...] -> [batch, ...]. */
export const mergeAverage: FactoryOf<"layer", object, "mergeAverage"> = /*#__PURE__*/ define(
  "layer",
  "mergeAverage",
  {},
  (): Layer =>
    merge("mergeAverage", (inputs) =>
      div(
        inputs.reduce((a, b) => add(a, b)),
        inputs.length,
      ),
    ),
);

/** The largest of its inputs at each position: a list of [batch, ...] -> [batch, ...]. */
export const mergeMaximum: FactoryOf<"layer", object, "mergeMaximum"> = /*#__PURE__*/ define(
  "layer",
  "mergeMaximum",
  {},
  (): Layer => merge("mergeMaximum", (inputs) => inputs.reduce((a, b) => maximum(a, b))),
);

/** The product of its inputs: a list of [batch, ...] -> [batch, ...]. */
export const mergeMultiply: FactoryOf<"layer", object, "mergeMultiply"> = /*#__PURE__*/ define(
  "layer",
  "mergeMultiply",
  {},
  (): Layer => merge("mergeMultiply", (inputs) => inputs.reduce((a, b) => mul(a, b))),
);

/** A layer that makes one tensor of a list of tensors of one shape, position by position. */
function merge(name: string, join: (inputs: readonly Tensor[]) => Tensor): Layer {
  return {
    build(given) {
      const [first, ...others] = severalInputs(name, given);
      for (const other of others) {
        if (sameShape(other, first!)) continue;
        throw new GradloomError(
          "merge-shapes",
          `${name}: samples [${first!.join(", ")}] meet [${other.join(", ")}]; all inputs must have one shape`,
        );
      }
      return { output: first!, call: (x) => join(x as readonly Tensor[]) };
    },
  };
}

/** Options of `mergeConcatenate`. */
export interface MergeConcatenateOptions {
  /** Where inputs are put one after the other, counted with the batch, which is axis 0; -1, the last, if left out. */
  readonly axis?: number;
}

/** Its inputs one after the other along an axis: a list of [batch, ..., size, ...] -> [batch, ..., sum of sizes, ...]. */
export const mergeConcatenate: FactoryOf<"layer", MergeConcatenateOptions, "mergeConcatenate"> = /*#__PURE__*/ define(
  "layer",
  "mergeConcatenate",
  { axis: axisNumber },
  ({ axis = -1 }: MergeConcatenateOptions): Layer => ({
    build(given) {
      const inputs = severalInputs("mergeConcatenate", given);
      const [first, ...others] = inputs as readonly [Shape, ...Shape[]];
      const at = axisOf(axis, first) - 1;
      for (const other of others) {
        if (other.length === first.length && other.every((size, place) => place === at || size === first[place]))
          continue;
        throw new GradloomError(
          "merge-shapes",
          `mergeConcatenate: samples [${first.join(", ")}] meet [${other.join(", ")}]; all sizes but that of axis ${axis} must agree`,
        );
      }
      const total = inputs.reduce((sum, shape) => sum + shape[at]!, 0);
      return {
        output: first.map((size, place) => (place === at ? total : size)),
        call: (x) => concat(x as readonly Tensor[], at + 1),
      };
    },
  }),
);

/** The axis counted from the front, with the batch. */
function axisOf(axis: number, sample: Shape): number {
  const at = axis < 0 ? axis + sample.length + 1 : axis;
  if (Number.isInteger(at) && at >= 1 && at <= sample.length) return at;
  throw new GradloomError(
    "axis-range",
    `mergeConcatenate: axis ${axis} meets samples [${sample.join(", ")}]; it must be a whole number from 1 to ${sample.length}, or from -${sample.length} to -1 (axis 0 is the batch)`,
  );
}
