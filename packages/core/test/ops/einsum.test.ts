import { cpu } from "@gradloom/backend-cpu";
import { einsum, explain, iota, reshape, tensor, type Tensor, useBackend } from "@gradloom/core";
import { beforeAll, expect, test } from "vitest";
import { values } from "./values.ts";

beforeAll(() => useBackend(cpu()));

const a = reshape(iota(6), [2, 3]);
const b = reshape(iota(12), [3, 4]);
const square = reshape(iota(9), [3, 3]);

// As NumPy's einsum gives for the same arrays.
test.each<readonly [string, readonly Tensor[], readonly number[], readonly number[]]>([
  ["ij,jk->ik", [a, b], [2, 4], [20, 23, 26, 29, 56, 68, 80, 92]],
  ["ij,jk", [a, b], [2, 4], [20, 23, 26, 29, 56, 68, 80, 92]],
  ["ij,kj->ki", [a, a], [2, 2], [5, 14, 14, 50]],
  ["ji", [a], [3, 2], [0, 3, 1, 4, 2, 5]],
  ["ii", [square], [], [12]],
  ["ii->i", [square], [3], [0, 4, 8]],
  ["i,i", [iota(3), iota(3)], [], [5]],
  ["i,j->ij", [iota(2), iota(3)], [2, 3], [0, 0, 0, 0, 1, 2]],
  ["ij->", [a], [], [15]],
  ["ij,ij->i", [a, a], [2], [5, 50]],
  ["...j,...j->...", [a, a], [2], [5, 50]],
  ["...ij,jk->...ik", [reshape(iota(6), [1, 2, 3]), b], [1, 2, 4], [20, 23, 26, 29, 56, 68, 80, 92]],
  ["ij,jk,kl->il", [a, b, reshape(iota(4), [4, 1])], [2, 1], [162, 504]],
  ["i,->i", [iota(3), tensor(new Int32Array([2]), { shape: [] })], [3], [0, 2, 4]],
])("einsum %s", async (equation, operands, shape, expected) => {
  const result = einsum(equation, ...operands);
  expect(result.shape).toEqual(shape);
  expect(await values(result)).toEqual(expected);
});

test("a transposed operand is read as it lies", () => {
  const [x, y] = [tensor([[1, 2, 3]]), tensor([[4, 5, 6]])];
  expect(explain(einsum("ij,kj->ik", x, y))).not.toContain("permute");
  expect(explain(einsum("ji,jk->ik", x, y))).not.toContain("permute");
  expect(explain(einsum("bij,bkj->bik", reshape(x, [1, 1, 3]), reshape(y, [1, 1, 3])))).not.toContain("permute");
});

test("operands meet in one dtype", () => {
  expect(einsum("i,i", iota(3), tensor([1, 2, 3])).dtype).toBe("float32");
  expect(einsum("i->", tensor([true, true])).dtype).toBe("int32");
  expect(einsum("ij->ji", tensor([[true]])).dtype).toBe("bool");
});
