import { checkTensor } from "./apply.ts";
import { GradloomError, show } from "../errors/gradloom-error.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { axisOf, reshape } from "./axes.ts";
import { moveAxis } from "./axis-order.ts";
import { padAxis, sliceAxis } from "./movement.ts";

/** The main diagonals of two axes of one size, as the last axis of the result; the last two axes if left out. */
export function diagonal(x: Tensor, first = -2, second = -1): Tensor {
  checkTensor("diagonal", x);
  const axes = [axisOf("diagonal", first, x.rank), axisOf("diagonal", second, x.rank)] as const;
  const [rows, columns] = axes.map((axis) => x.shape[axis]!) as [number, number];
  if (rows !== columns || axes[0] === axes[1]) {
    throw new GradloomError(
      "diagonal-axes",
      `diagonal: axes ${show(axes)} of ${show(x.shape)} have sizes ${rows} and ${columns}; they must be two axes of one size`,
    );
  }
  const matrices = moveAxis(x, axes, [-2, -1]);
  const flat = reshape(matrices, [...matrices.shape.slice(0, -2), rows * rows]);
  return sliceAxis(flat, -1, 0, rows * rows, rows + 1);
}

/** Adjoint of `diagonal`: [..., n] -> matrices [..., n, n] with the numbers on their diagonals and 0 elsewhere. */
export function diag(x: Tensor): Tensor {
  checkTensor("diag", x);
  const size = x.shape[axisOf("diag", -1, x.rank)]!;
  const flat = padAxis(x, x.rank - 1, { start: 0, step: size + 1, total: size * size });
  return reshape(flat, [...x.shape, size]);
}
