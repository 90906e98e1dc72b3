import { checkTensor } from "./apply.ts";
import { GradloomError, show } from "../errors/gradloom-error.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { axesOf, axisOf } from "./axes.ts";
import { transpose } from "./movement.ts";

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
