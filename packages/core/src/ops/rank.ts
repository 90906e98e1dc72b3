import { checkTensor } from "./apply.ts";
import { GradloomError, show } from "../errors/gradloom-error.ts";
import { checkOptions, type Fields } from "../errors/options.ts";
import { axisNumber } from "../errors/rules.ts";
import { sizeOf } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { axesOf, axisOf, reshape } from "./axes.ts";

/** x without the given axes, which must have size 1; without all axes of size 1 if left out. */
export function squeeze(x: Tensor, axis?: number | readonly number[]): Tensor {
  checkTensor("squeeze", x);
  const axes = axesOf("squeeze", axis, x.rank).filter((at) => axis !== undefined || x.shape[at] === 1);
  const wrong = axes.find((at) => x.shape[at] !== 1);
  if (wrong !== undefined) {
    throw new GradloomError(
      "squeeze-size",
      `squeeze: axis ${wrong} of ${show(x.shape)} has size ${x.shape[wrong]}; only axes of size 1 can go`,
    );
  }
  return reshape(
    x,
    x.shape.filter((_, at) => !axes.includes(at)),
  );
}

/** x with new axes of size 1, which stand at the given places of the result. */
export function expandDims(x: Tensor, axis: number | readonly number[]): Tensor {
  checkTensor("expandDims", x);
  const rank = x.rank + [axis].flat().length;
  const axes = axesOf("expandDims", axis, rank);
  const sizes = [...x.shape];
  return reshape(
    x,
    Array.from({ length: rank }, (_, at) => (axes.includes(at) ? 1 : sizes.shift()!)),
  );
}

/** The axes that become one, both included; from the first to the last if left out. */
export interface FlattenOptions {
  readonly start?: number;
  readonly end?: number;
}

const flattenFields: Fields<FlattenOptions> = { start: axisNumber, end: axisNumber };

/** x with the axes from `start` to `end`, both included, as one; all of them if left out. */
export function flatten(x: Tensor, options: FlattenOptions = {}): Tensor {
  checkTensor("flatten", x);
  checkOptions("flatten", flattenFields, options);
  const { start = 0, end = -1 } = options;
  if (x.rank === 0) return reshape(x, [1]);
  const first = axisOf("flatten", start, x.rank);
  const last = axisOf("flatten", end, x.rank);
  if (first > last) {
    throw new GradloomError(
      "flatten-order",
      `flatten: start ${start} comes after end ${end} in ${show(x.shape)}; give the earlier axis first`,
    );
  }
  const { shape } = x;
  return reshape(x, [...shape.slice(0, first), sizeOf(shape.slice(first, last + 1)), ...shape.slice(last + 1)]);
}
