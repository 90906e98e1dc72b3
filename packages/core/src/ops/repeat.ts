import { checkTensor } from "./apply.ts";
import { GradloomError, show } from "../errors/gradloom-error.ts";
import { checkOptions } from "../errors/options.ts";
import { resized } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { axisFields, axisOf, broadcastTo, reshape } from "./axes.ts";
import { gatherAxis } from "./gather.ts";
import { expandDims, flatten } from "./rank.ts";

function checkCounts(name: string, counts: readonly number[]): void {
  if (counts.every((count) => Number.isInteger(count) && count >= 0)) return;
  throw new GradloomError(
    "repeat-count",
    `${name}: the counts are ${show(counts)}; they must be whole numbers of 0 or more`,
  );
}

/** x repeated `counts` times along each axis: they are for its last axes, further ones make new axes in front, as in NumPy. One number is for the last axis. */
export function tile(x: Tensor, counts: number | readonly number[]): Tensor {
  checkTensor("tile", x);
  const list = [counts].flat();
  checkCounts("tile", list);
  const rank = Math.max(x.rank, list.length);
  const sizes = [...new Array<number>(rank - x.rank).fill(1), ...x.shape];
  const times = [...new Array<number>(rank - list.length).fill(1), ...list];
  const repeated = broadcastTo(
    reshape(
      x,
      sizes.flatMap((size) => [1, size]),
    ),
    sizes.flatMap((size, axis) => [times[axis]!, size]),
  );
  return reshape(
    repeated,
    sizes.map((size, axis) => size * times[axis]!),
  );
}

/** Each slice along the axis `counts` times in a row (each number of the flattened x if left out); a list has one count for each slice. */
export function repeat(x: Tensor, count: number | readonly number[], options: { readonly axis?: number } = {}): Tensor {
  checkTensor("repeat", x);
  checkOptions("repeat", axisFields, options);
  const { axis } = options;
  const source = axis === undefined ? flatten(x) : x;
  const at = axisOf("repeat", axis ?? 0, source.rank);
  const length = source.shape[at]!;
  checkCounts("repeat", [count].flat());
  if (typeof count === "number") {
    const repeated = [...source.shape.slice(0, at + 1), count, ...source.shape.slice(at + 1)];
    return reshape(broadcastTo(expandDims(source, at + 1), repeated), resized(source.shape, at, length * count));
  }
  if (count.length !== length) {
    throw new GradloomError(
      "repeat-counts",
      `repeat: ${count.length} counts meet axis ${at} of ${show(source.shape)}, which has size ${length}; give one count for each slice`,
    );
  }
  return gatherAxis(
    source,
    at,
    count.flatMap((times, slice) => new Array<number>(times).fill(slice)),
  );
}
