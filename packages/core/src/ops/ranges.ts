import { GradloomError, show } from "../errors/gradloom-error.ts";
import { checkOptions, checkValue, type Fields } from "../errors/options.ts";
import { finiteNumber } from "../errors/rules.ts";
import { showValue } from "../errors/show-value.ts";
import { checkDType, type DType, floatDType, held, isFloat } from "../tensor/dtype.ts";
import type { Operation } from "../tensor/graph.ts";
import type { Primitives } from "../tensor/primitives.ts";
import { checkShape } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { apply, checkTensor } from "./apply.ts";
import { axisOf, reshape } from "./axes.ts";
import { cast } from "./cast.ts";
import { corePrimitive } from "../tensor/operation.ts";
import { add, equal, greaterEqual, lessEqual, mul, sub, where } from "./elementwise.ts";
import { ensureMethods } from "./methods.ts";
import { padAxis, sliceAxis } from "./movement.ts";
import { numberLike } from "./operands.ts";
import { moveAxis } from "./rank.ts";

const iotaOperation: Operation<Primitives["iota"]> = /*#__PURE__*/ corePrimitive("iota", {
  infer: (_, { count }) => [{ shape: [count], dtype: "int32" }],
  grad: () => [],
});

/** 0, 1, 2, ... up to before `count`, int32 [count]. */
export function iota(count: number): Tensor {
  checkShape("iota", [count]);
  ensureMethods();
  return apply(iotaOperation, [], { count });
}

/**
 * start, start + step, ... up to before `end`, as Python's range; with one number, 0 up to before it. int32 if all three are whole, else float32,
 * unless a dtype is given.
 */
export function arange(start: number, end?: number, step = 1, dtype?: DType): Tensor {
  const [first, last] = end === undefined ? [0, start] : [start, end];
  const isFinite = [first, last, step].every(Number.isFinite);
  const count = isFinite ? Math.max(Math.ceil((last - first) / step), 0) : NaN;
  if (!Number.isFinite(count) || step === 0) {
    throw new GradloomError(
      "range",
      `arange: from ${showValue(first)} to ${showValue(last)} by ${showValue(step)}; the numbers must be finite and the step not 0`,
    );
  }
  const whole = [first, last, step].every(Number.isInteger);
  const kind = dtype ?? (whole ? "int32" : "float32");
  checkDType("arange", kind);
  if (isFloat(kind) || !whole) {
    const base = cast(iota(count), isFloat(kind) ? kind : "float32");
    return cast(add(mul(base, step), first), kind);
  }
  if (count > 0) for (const end of [first, first + (count - 1) * step]) held("arange", end, kind);
  // Modulo 2^32, where the numbers between are right if those at the ends are.
  return cast(add(mul(iota(count), step | 0), first | 0), kind);
}

/** The dtype of `linspace`; float32 if left out. */
export interface LinspaceOptions {
  readonly dtype?: "float32" | "float64";
}

const linspaceFields: Fields<LinspaceOptions> = { dtype: floatDType };

/** So many numbers from `start` to `end`, both included, at equal distances. */
export function linspace(start: number, end: number, count: number, options: LinspaceOptions = {}): Tensor {
  checkOptions("linspace", linspaceFields, options);
  const { dtype = "float32" } = options;
  if (!Number.isInteger(count) || count < 0) {
    throw new GradloomError(
      "linspace-count",
      `linspace: the count is ${showValue(count)}; it must be a whole number of 0 or more`,
    );
  }
  checkValue("linspace", "start", finiteNumber(), start);
  checkValue("linspace", "end", finiteNumber(), end);
  const places = cast(iota(count), dtype);
  const numbers = add(mul(places, (end - start) / Math.max(count - 1, 1)), start);
  // The last one is exact.
  return count < 2 ? numbers : where(equal(places, count - 1), end, numbers);
}

/** The identity matrix [rows, columns], square if only rows are given, float32 if no dtype is. */
export function eye(rows: number, columns: number = rows, dtype: DType = "float32"): Tensor {
  checkShape("eye", [rows, columns]);
  checkDType("eye", dtype);
  return cast(equal(reshape(iota(rows), [rows, 1]), iota(columns)), dtype);
}

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
