import { cpu } from "@gradloom/backend-cpu";
import {
  diag,
  diagonal,
  expandDims,
  explain,
  flatten,
  gather,
  gradients,
  iota,
  moveAxis,
  mul,
  neg,
  oneHot,
  overlapAdd,
  pad,
  repeat,
  reshape,
  roll,
  scatterAdd,
  slidingWindows,
  sort,
  squeeze,
  stack,
  sum,
  swapAxes,
  takeAlongAxis,
  tensor,
  type Tensor,
  tile,
  topK,
  triu,
  unstack,
  useBackend,
} from "@gradloom/core";
import { beforeAll, describe, expect, test } from "vitest";
import { values } from "./values.ts";

beforeAll(() => useBackend(cpu()));

const i32 = (numbers: readonly number[]): Tensor => tensor(new Int32Array(numbers));
const bytes = (numbers: readonly number[]): Tensor => tensor(new Uint8Array(numbers));

describe("shapes", () => {
  const x = reshape(iota(24), [2, 3, 4]);
  test.each<readonly [string, Tensor, readonly number[]]>([
    ["squeeze takes several axes", squeeze(reshape(x, [1, 24, 1]), [0, -1]), [24]],
    ["expandDims counts places in the result", expandDims(x, [0, -1]), [1, 2, 3, 4, 1]],
    ["flatten joins a run of axes", flatten(x, { start: 1 }), [2, 12]],
    ["flatten makes an axis of a single number", flatten(tensor(1)), [1]],
    ["moveAxis takes one axis to the end", moveAxis(x, 0, -1), [3, 4, 2]],
    ["moveAxis takes several", moveAxis(x, [0, 1], [-1, 0]), [3, 4, 2]],
    ["swapAxes exchanges two", swapAxes(x, 0, -1), [4, 3, 2]],
    ["tile makes leading axes", tile(x, [2, 1, 1, 3]), [2, 2, 3, 12]],
    ["triu keeps batches", triu(x), [2, 3, 4]],
    ["diagonal puts the diagonals last", diagonal(reshape(x, [2, 3, 2, 2]), 0, 2), [3, 2, 2]],
  ])("%s", (_, result, shape) => expect(result.shape).toEqual(shape));

  test("unstack of an empty axis gives nothing", () =>
    expect(unstack(reshape(x, [24, 1]).slice([0], [0]))).toEqual([]));
});

test("movement keeps every dtype, storage included", async () => {
  expect(pad(bytes([7]), 1, { value: 255 }).dtype).toBe("uint8");
  expect(await values(pad(bytes([7]), 1, { value: 255 }))).toEqual([255, 7, 255]);
  expect(pad(tensor([true]), 1, { value: 5 }).dtype).toBe("bool");
  expect(await values(pad(tensor([true]), 1, { value: 5 }))).toEqual([1, 1, 1]);
  expect(pad(i32([1]), 1, { value: 0.5 }).dtype).toBe("float32");
  expect(stack([i32([1]), tensor([0.5])]).dtype).toBe("float32");
  expect(diag(tensor([true])).dtype).toBe("bool");
  expect(roll(bytes([1, 2, 3]), 1).dtype).toBe("uint8");
});

test("pad mirrors beyond one length, as NumPy, and its gradient counts each number as often as it is shown", async () => {
  const x = tensor(new Float64Array([1, 2, 3]));
  expect(await values(pad(x, [[5, 4]], { mode: "reflect" }))).toEqual([2, 1, 2, 3, 2, 1, 2, 3, 2, 1, 2, 3]);
  expect(await values(pad(x, [[4, 5]], { mode: "symmetric" }))).toEqual([3, 3, 2, 1, 1, 2, 3, 3, 2, 1, 1, 2]);
  expect(await values(pad(tensor([5]), 2, { mode: "reflect" }))).toEqual([5, 5, 5, 5, 5]);
  const reflected = pad(x, [[1, 1]], { mode: "reflect" });
  expect(await values(gradients(sum(reflected), [x])[0]!)).toEqual([1, 3, 1]);
});

test("lists of shifts are for lists of axes", async () => {
  const x = reshape(iota(6), [2, 3]);
  expect(await values(roll(x, [1, -1], { axis: [0, 1] }))).toEqual([4, 5, 3, 1, 2, 0]);
  expect(await values(repeat(x, [2, 0], { axis: 0 }))).toEqual([0, 1, 2, 0, 1, 2]);
});

describe("gather", () => {
  const x = reshape(iota(6), [3, 2]);
  test("takes indices as data or tensors of any shape, negative ones from the end", async () => {
    expect(await values(gather(x, [-1, 0]))).toEqual([4, 5, 0, 1]);
    expect(gather(x, [[0, 1, 2]], { axis: 0 }).shape).toEqual([1, 3, 2]);
    expect(gather(x, 1).shape).toEqual([2]);
    expect(await values(gather(x, bytes([1]), { axis: 1 }))).toEqual([1, 3, 5]);
    expect(await values(gather(x, new Uint32Array([2])))).toEqual([4, 5]);
  });
  test("clamps indices that only the program knows", async () => {
    const computed = neg(neg(i32([-5, 1, 9])));
    expect(await values(gather(x, computed))).toEqual([0, 1, 2, 3, 4, 5]);
    expect(await values(takeAlongAxis(x, reshape(computed, [3, 1]), { axis: 1 }))).toEqual([0, 3, 5]);
  });
  test("known indices are a slot, so that other ones need no other program", () => {
    expect(explain(gather(tensor([1, 2]), [0]))).toBe(explain(gather(tensor([1, 2]), [1])));
  });
  test("scatterAdd adds up equal indices and leaves the rest 0", async () => {
    expect(await values(scatterAdd(tensor([1, 2, 4]), [2, 0, -1], { length: 4 }))).toEqual([2, 0, 1, 4]);
    expect(scatterAdd(tensor([true]), [0], { length: 1 }).dtype).toBe("int32");
  });
});

describe("sort", () => {
  test("keeps equal numbers in order and puts NaN last, or first if descending", async () => {
    const x = tensor([2, NaN, 1, 2]);
    expect(await values(sort(x))).toEqual([1, 2, 2, NaN]);
    const { values: top, indices } = topK(x, 3);
    expect(await values(top)).toEqual([NaN, 2, 2]);
    expect(await values(indices)).toEqual([1, 0, 3]);
    expect(indices.dtype).toBe("int32");
    const low = topK(
      tensor([
        [5, 4],
        [3, 9],
      ]),
      1,
      { axis: 0, largest: false },
    );
    expect(await values(low.values)).toEqual([3, 4]);
    expect(await values(low.indices)).toEqual([1, 0]);
  });
  test("sends the gradient of the largest numbers to where they came from", async () => {
    const x = tensor(new Float64Array([3, 1, 5]));
    const { values: top } = topK(x, 2);
    expect(await values(gradients(sum(mul(top, tensor(new Float64Array([10, 20])))), [x])[0]!)).toEqual([20, 0, 10]);
  });
});

test("oneHot gives zeros for an index beyond its depth, in any dtype and place", async () => {
  expect(await values(oneHot(i32([1, -1, 3]), 3))).toEqual([0, 1, 0, 0, 0, 0, 0, 0, 0]);
  const bools = oneHot(bytes([1, 0]), 2, { axis: 0, dtype: "bool" });
  expect(bools.dtype).toBe("bool");
  expect(await values(bools)).toEqual([0, 1, 1, 0]);
});

test("windows leave out what does not fill one, and their adjoint has room for it", async () => {
  const x = iota(6);
  expect(await values(slidingWindows(x, { axis: 0, size: 2, stride: 3 }))).toEqual([0, 1, 3, 4]);
  expect(await values(slidingWindows(x, { axis: 0, size: 2, dilation: 4 }))).toEqual([0, 4, 1, 5]);
  const windows = tensor([
    [1, 2],
    [3, 4],
  ]);
  expect(await values(overlapAdd(windows, { axis: 0 }))).toEqual([1, 5, 4]);
  expect(await values(overlapAdd(windows, { axis: 0, stride: 2, length: 5 }))).toEqual([1, 2, 3, 4, 0]);
});
