import {
  abs,
  add,
  atan2,
  cast,
  clip,
  exp,
  hypot,
  logicalAnd,
  mul,
  notEqual,
  remainder,
  sigmoid,
  sum,
  tensor,
  truncatedDiv,
  variable,
  where,
  type Tensor,
} from "@gradloom/core";
import type { ErrorCase } from "./error-case.ts";

const pair = tensor([1, 2]);
const triple = tensor([1, 2, 3]);
const matrix = tensor([1, 2, 3, 4, 5, 6], { shape: [2, 3] });
const image = tensor(new Uint8Array(4));
const cell = variable(pair, { name: "bias" });

/** Errors of operations element by element, and of operands that are no tensors. */
export const elementwiseErrors: readonly ErrorCase[] = [
  [
    "dtype-range",
    "add: the number is 3000000000, which int32 does not hold; give whole numbers from -2147483648 to 2147483647",
    () => add(cast(pair, "int32"), 3e9),
  ],
  [
    "dtype-range",
    "mul: the number is -1, which uint32 does not hold; give whole numbers from 0 to 4294967295",
    () => mul(cast(pair, "uint32"), -1),
  ],
  [
    "dtype-range",
    "where: the number is 3000000000, which int32 does not hold; give whole numbers from -2147483648 to 2147483647",
    () => where(tensor([true, false]), 3e9, cast(pair, "int32")),
  ],
  ["no-tensor", "add: both operands are numbers, 1 and 2; at least one must be a tensor", () => add(1, 2)],
  ["no-tensor", "exp: variable bias is no tensor; use its .value", () => exp(cell as unknown as Tensor)],
  ["no-tensor", "sum: [1, 2] is no tensor; make one with tensor(...)", () => sum([1, 2] as unknown as Tensor)],
  ["no-tensor", 'mul: "two" is no tensor; make one with tensor(...)', () => mul(pair, "two" as unknown as number)],
  ["no-tensor", "atan2: both operands are numbers, 1 and 2; at least one must be a tensor", () => atan2(1, 2)],
  ["no-tensor", "mul: variable bias is no tensor; use its .value", () => mul(cell as never, 2)],
  ["no-tensor", "sum: variable bias is no tensor; use its .value", () => sum(cell as never)],
  ["no-tensor", "add: variable bias is no tensor; use its .value", () => pair.add(cell as never)],
  ["no-tensor", "mul: [1] is no tensor; make one with tensor(...)", () => mul(pair, [1] as never)],
  ["no-tensor", "exp: 5 is no tensor; make one with tensor(...)", () => exp(5 as never)],
  [
    "broadcast",
    "add: cannot stretch [2, 3] and [2] to one shape: 3 meets 2 at axis -1; sizes must be equal or 1",
    () => add(matrix, tensor([1, 2])),
  ],
  [
    "broadcast",
    "where: cannot stretch [2] and [3] to one shape: 2 meets 3 at axis -1; sizes must be equal or 1",
    () => where(tensor([true, false]), triple, 0),
  ],
  [
    "broadcast",
    "notEqual: cannot stretch [2] and [3] to one shape: 2 meets 3 at axis -1; sizes must be equal or 1",
    () => notEqual(pair, triple),
  ],
  [
    "broadcast",
    "logicalAnd: cannot stretch [2] and [3] to one shape: 2 meets 3 at axis -1; sizes must be equal or 1",
    () => logicalAnd(pair, triple),
  ],
  [
    "broadcast",
    "hypot: cannot stretch [2] and [3] to one shape: 2 meets 3 at axis -1; sizes must be equal or 1",
    () => hypot(pair, triple),
  ],
  [
    "mixed-integers",
    "add: int32 meets uint32; integers of different sign do not mix, cast one of them",
    () => add(cast(pair, "int32"), cast(pair, "uint32")),
  ],
  [
    "mixed-integers",
    "remainder: int32 meets uint32; integers of different sign do not mix, cast one of them",
    () => remainder(tensor(new Int32Array([1])), tensor(new Uint32Array([1]))),
  ],
  [
    "storage-dtype",
    'mul: uint8 is a storage dtype, uint8 meets uint8; cast it first, e.g. cast(x, "float32"); data.scale(1 / 255) makes floats from 0 to 1 of images',
    () => mul(image, 2),
  ],
  [
    "storage-dtype",
    'abs: uint8 is a storage dtype, uint8 meets uint8; cast it first, e.g. cast(x, "float32"); data.scale(1 / 255) makes floats from 0 to 1 of images',
    () => abs(image),
  ],
  [
    "storage-dtype",
    'sigmoid: uint8 is a storage dtype, uint8 meets float32; cast it first, e.g. cast(x, "float32"); data.scale(1 / 255) makes floats from 0 to 1 of images',
    () => sigmoid(image),
  ],
  [
    "integer-dtype",
    "truncatedDiv: the operands are float32; it takes int32 or uint32, use div for floats",
    () => truncatedDiv(pair, 2),
  ],
  [
    "clip-bounds",
    "clip: the lower bound 2 is above the upper bound 1; give the lower one first",
    () => clip(pair, 2, 1),
  ],
  [
    "clip-bounds",
    "clip: the lower bound 3 is above the upper bound 1; give the lower one first",
    () => clip(tensor([1]), 3, 1),
  ],
];
