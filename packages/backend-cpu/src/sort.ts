import type { Kernel, Primitives } from "@gradloom/core/backend";

/**
 * [outer, length, inner] -> the same sorted along the axis, and the int32 position in x of each element of that.
 * Equal elements keep their order; NaN counts as largest, -0 and 0 as equal.
 */
export const sort: Kernel<Primitives["sort"]> = (inputs, outputs, { descending }) => {
  const { data: x, offset: from, shape } = inputs[0]!;
  const { data: values, offset: toValues } = outputs[0]!;
  const { data: positions, offset: toPositions } = outputs[1]!;
  const length = shape[1]!;
  const inner = shape[2]!;
  const lanes = shape[0]! * inner;
  const keys = new Float64Array(length);
  const order = new Int32Array(length);
  const before = descending
    ? (p: number, q: number) => compare(keys[q]!, keys[p]!)
    : (p: number, q: number) => compare(keys[p]!, keys[q]!);
  for (let lane = 0; lane < lanes; lane++) {
    const start = Math.floor(lane / inner) * length * inner + (lane % inner);
    for (let position = 0; position < length; position++) {
      keys[position] = x[from + start + position * inner]!;
      order[position] = position;
    }
    order.sort(before);
    for (let rank = 0; rank < length; rank++) {
      values[toValues + start + rank * inner] = keys[order[rank]!]!;
      positions[toPositions + start + rank * inner] = order[rank]!;
    }
  }
};

/** Negative if a comes before b. */
function compare(a: number, b: number): number {
  if (a < b) return -1;
  if (a > b) return 1;
  if (a === b) return 0;
  return Number(a !== a) - Number(b !== b);
}
