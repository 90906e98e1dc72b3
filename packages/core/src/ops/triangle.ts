import { checkTensor } from "./apply.ts";
import { GradloomError, show } from "../errors/gradloom-error.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { reshape } from "./axes.ts";
import { greaterEqual, lessEqual, sub, where } from "./elementwise.ts";
import { iota } from "./iota.ts";
import { numberLike } from "./operands.ts";

/** Column less row of each element of the last two axes, int32 [rows, columns]. */
function diagonals(name: string, x: Tensor): Tensor {
  const [rows, columns] = x.shape.slice(-2);
  if (rows === undefined || columns === undefined) {
    throw new GradloomError("triangle-rank", `${name}: ${show(x.shape)} is no matrix; it needs at least two axes`);
  }
  return sub(iota(columns), reshape(iota(rows), [rows, 1]));
}

/** The upper triangles of the last two axes, 0 elsewhere; from diagonal `offset` on: 0 is the main one (default), 1 the one above it. */
export function triu(x: Tensor, offset = 0): Tensor {
  checkTensor("triu", x);
  return where(greaterEqual(diagonals("triu", x), offset), x, numberLike(x, 0));
}

/** The lower triangles of the last two axes, 0 elsewhere; up to diagonal `offset`: 0 is the main one (default), 1 the one above it. */
export function tril(x: Tensor, offset = 0): Tensor {
  checkTensor("tril", x);
  return where(lessEqual(diagonals("tril", x), offset), x, numberLike(x, 0));
}
