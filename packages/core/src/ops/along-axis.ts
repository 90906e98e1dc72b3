import { checkTensor } from "./apply.ts";
import { GradloomError, show } from "../errors/gradloom-error.ts";
import { checkOptions } from "../errors/options.ts";
import { broadcastShapes, resized, seenFrom, type Shape } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { axisFields, axisOf, broadcastTo, reshape } from "./axes.ts";
import { clip } from "./clip.ts";
import { add, mul } from "./elementwise.ts";
import { gatherRows, scatterRows } from "./gather.ts";
import { type Indices, indicesInto } from "./indices.ts";
import { iota } from "./iota.ts";

/** Where element [o, indices[o, k, i], i] of [outer, length, inner] stands in the flat numbers, [outer * count * inner]. */
function flatPlaces(indices: Tensor, length: number): Tensor {
  const [outer, , inner] = indices.shape as readonly [number, number, number];
  const row = mul(reshape(iota(outer), [outer, 1, 1]), length);
  const place = add(row, clip(indices, 0, Math.max(length - 1, 0)));
  return reshape(add(mul(place, inner), iota(inner)), [indices.size]);
}

/** Adjoint of taking along the middle axis: updates and indices [outer, count, inner] -> [outer, length, inner]. */
export function scatterAlong(updates: Tensor, indices: Tensor, length: number): Tensor {
  const [outer, , inner] = indices.shape as readonly [number, number, number];
  const flat = scatterRows(reshape(updates, [1, updates.size, 1]), flatPlaces(indices, length), outer * length * inner);
  return reshape(flat, [outer, length, inner]);
}

/**
 * Element [..., indices[..., k, ...], ...] of x at each place of the indices, along an axis (the last if left out): the other sizes of x and the
 * indices stretch to one another. Undoes and follows sorts: takeAlongAxis(x, argSort(x)) is sort(x).
 */
export function takeAlongAxis(x: Tensor, indices: Indices, options: { readonly axis?: number } = {}): Tensor {
  checkTensor("takeAlongAxis", x);
  checkOptions("takeAlongAxis", axisFields, options);
  const { axis = -1 } = options;
  const at = axisOf("takeAlongAxis", axis, x.rank);
  const length = x.shape[at]!;
  const places = indicesInto("takeAlongAxis", indices, length);
  const others = broadcastShapes(resized(x.shape, at, 1), resized(places.shape, at, 1));
  if (places.rank !== x.rank || typeof others === "number") throw mismatch(x.shape, places.shape, at);
  const shape = resized(others, at, places.shape[at]!);
  const source = broadcastTo(x, resized(others, at, length));
  const view = reshape(broadcastTo(places, shape), seenFrom(shape, at));
  return reshape(gatherRows(reshape(source, [1, source.size, 1]), flatPlaces(view, length)), shape);
}

function mismatch(x: Shape, indices: Shape, axis: number): GradloomError {
  return new GradloomError(
    "along-axis",
    `takeAlongAxis: ${show(x)} meets indices ${show(indices)} along axis ${axis}; both need as many axes, and the other sizes must be equal or 1`,
  );
}
