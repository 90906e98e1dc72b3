import { einsum, full, iota, matmul, tensor } from "@gradloom/core";
import type { ErrorCase } from "./error-case.ts";

const pair = tensor([1, 2]);
const matrix = tensor([1, 2, 3, 4, 5, 6], { shape: [2, 3] });

/** Errors of products of matrices and of einsum. */
export const productErrors: readonly ErrorCase[] = [
  [
    "matmul-rank",
    "matmul: [] meets [2, 3]; both need at least one axis, use mul for numbers",
    () => matmul(tensor(1), matrix),
  ],
  [
    "matmul-inner",
    "matmul: the last size of [2, 3] (3) must equal the second-to-last size of [2, 3] (2)",
    () => matmul(matrix, matrix),
  ],
  [
    "matmul-inner",
    "matmul: the second-to-last size of [2, 3] (2) must equal the last size of [2, 3] (3)",
    () => matmul(matrix, matrix, { transposeA: true, transposeB: true }),
  ],
  [
    "matmul-batch",
    "matmul: cannot stretch the leading axes of [2, 2, 3] and [3, 3, 2] to one shape; the sizes before the last two must be equal or 1",
    () => matmul(full([2, 2, 3], 1), full([3, 3, 2], 1)),
  ],
  [
    "einsum-equation",
    'einsum: "ij->i->j" has more than one arrow; write inputs->output',
    () => einsum("ij->i->j", matrix),
  ],
  [
    "einsum-equation",
    'einsum: "i,j" has 2 terms for 1 operands; give one term for each operand',
    () => einsum("i,j", pair),
  ],
  ["einsum-equation", 'einsum: "ii" gives "i" the sizes 2 and 3; they must be equal', () => einsum("ii", matrix)],
  [
    "einsum-equation",
    'einsum: "ij->ik" has "k" in the output only; it must appear in a term',
    () => einsum("ij->ik", matrix),
  ],
  [
    "einsum-equation",
    'einsum: "i1" has the term "i1"; terms are letters with at most one ellipsis',
    () => einsum("i1", matrix),
  ],
  [
    "einsum-equation",
    'einsum: "ij->ii" has "i" twice in the output; each label may appear once there',
    () => einsum("ij->ii", matrix),
  ],
  [
    "einsum-equation",
    'einsum: "ijk" has the term "ijk" for [2, 3]; each axis needs a letter, or an ellipsis for the rest',
    () => einsum("ijk", matrix),
  ],
  [
    "einsum-equation",
    'einsum: "i->i->i" has more than one arrow; write inputs->output',
    () => einsum("i->i->i", iota(3)),
  ],
  [
    "einsum-equation",
    'einsum: "i1->i" has the term "i1"; terms are letters with at most one ellipsis',
    () => einsum("i1->i", matrix),
  ],
  [
    "einsum-equation",
    'einsum: "ij,jk" has 2 terms for 1 operands; give one term for each operand',
    () => einsum("ij,jk", matrix),
  ],
  [
    "einsum-equation",
    'einsum: "i" has the term "i" for [2, 3]; each axis needs a letter, or an ellipsis for the rest',
    () => einsum("i", matrix),
  ],
  [
    "einsum-equation",
    'einsum: "ij,ik" gives "i" the sizes 2 and 3; they must be equal or 1',
    () => einsum("ij,ik", matrix, full([3, 4], 1)),
  ],
  [
    "einsum-equation",
    'einsum: "i...,j..." gives an ellipsis axis the sizes 3 and 4; they must be equal or 1',
    () => einsum("i...,j...", matrix, full([3, 4], 1)),
  ],
  [
    "mixed-integers",
    "einsum: int32 meets uint32; integers of different sign do not mix, cast one of them",
    () => einsum("i,i", iota(1), tensor(new Uint32Array([1]))),
  ],
];
