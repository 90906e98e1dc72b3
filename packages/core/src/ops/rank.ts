import { GradloomError, show } from "../errors/gradloom-error.ts";
import { checkOptions, type Fields } from "../errors/options.ts";
import { axisNumber } from "../errors/rules.ts";
import { sameShape, sizeOf } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { checkTensor, checkTensors } from "./apply.ts";
import { axesOf, axisOf, reshape } from "./axes.ts";
import { cast } from "./cast.ts";
import { concat, split, transpose } from "./movement.ts";
import { promote } from "./operands.ts";

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

/** x with two of its axes exchanged. */
export function swapAxes(x: Tensor, first: number, second: number): Tensor {
  checkTensor("swapAxes", x);
  const one = axisOf("swapAxes", first, x.rank);
  const other = axisOf("swapAxes", second, x.rank);
  return transpose(
    x,
    x.shape.map((_, axis) => (axis === one ? other : axis === other ? one : axis)),
  );
}

/** x with the axes `from` at the places `to`; the others keep their order. */
export function moveAxis(x: Tensor, from: number | readonly number[], to: number | readonly number[]): Tensor {
  checkTensor("moveAxis", x);
  const sources = inOrder(from, x.rank);
  const places = inOrder(to, x.rank);
  if (sources.length !== places.length) {
    throw new GradloomError(
      "axis-count",
      `moveAxis: axes ${show(sources)} meet places ${show(places)}; give one place for each axis`,
    );
  }
  const others = x.shape.map((_, axis) => axis).filter((axis) => !sources.includes(axis));
  return transpose(
    x,
    x.shape.map((_, place) => (places.includes(place) ? sources[places.indexOf(place)]! : others.shift()!)),
  );
}

/** The axes counted from the front, in the order in which they are given; each may appear once. */
function inOrder(axes: number | readonly number[], rank: number): readonly number[] {
  axesOf("moveAxis", axes, rank);
  return Array.from([axes].flat(), (axis) => axisOf("moveAxis", axis, rank));
}

/** Puts tensors of one shape side by side along a new axis. */
export function stack(tensors: readonly Tensor[], axis = 0): Tensor {
  checkTensors("stack", tensors);
  const [first] = tensors;
  if (first === undefined)
    throw new GradloomError("stack-empty", "stack: the list of tensors is empty; give at least one");
  const at = axisOf("stack", axis, first.rank + 1);
  const other = tensors.find(({ shape }) => !sameShape(shape, first.shape));
  if (other !== undefined) {
    throw new GradloomError(
      "stack-shapes",
      `stack: ${show(first.shape)} meets ${show(other.shape)}; all must have one shape, use concat along an axis that they have`,
    );
  }
  const dtype = tensors.reduce((met, { dtype: own }) => (met === own ? met : promote("stack", met, own)), first.dtype);
  return concat(
    tensors.map((x) => expandDims(cast(x, dtype), at)),
    at,
  );
}

/** The slices of x along an axis, without that axis. */
export function unstack(x: Tensor, axis = 0): readonly Tensor[] {
  checkTensor("unstack", x);
  const at = axisOf("unstack", axis, x.rank);
  const length = x.shape[at]!;
  return length === 0 ? [] : split(x, length, at).map((part) => squeeze(part, at));
}
