import { GradloomError, show } from "../errors/gradloom-error.ts";
import { checkOptions, type Fields } from "../errors/options.ts";
import { flag } from "../errors/rules.ts";
import { dtypes } from "../tensor/dtype.ts";
import type { Operation } from "../tensor/graph.ts";
import type { Primitives } from "../tensor/primitives.ts";
import { broadcastShapes, type Shape, sizeOf } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { apply, checkTensors } from "./apply.ts";
import { broadcastTo, reshape, sum } from "./axes.ts";
import { cast } from "./cast.ts";
import { corePrimitive } from "../tensor/operation.ts";
import { pair } from "./operands.ts";

type MatmulAttributes = Primitives["matmul"];

const matmulOperation: Operation<MatmulAttributes> = /*#__PURE__*/ corePrimitive("matmul", {
  infer: ([a, b], { transposeA, transposeB }) => [
    {
      shape: [Math.max(a!.shape[0]!, b!.shape[0]!), a!.shape[transposeA ? 2 : 1]!, b!.shape[transposeB ? 1 : 2]!],
      dtype: a!.dtype,
    },
  ],
  grad: ({ inputs: [a, b], incoming: [dy], attributes: { transposeA, transposeB } }) => [
    () => sumBatch(transposeA ? product(b!, dy!, transposeB, true) : product(dy!, b!, false, !transposeB), a!),
    () => sumBatch(transposeB ? product(dy!, a!, true, transposeA) : product(a!, dy!, !transposeA, false), b!),
  ],
});

function product(a: Tensor, b: Tensor, transposeA: boolean, transposeB: boolean): Tensor {
  return apply(matmulOperation, [a, b], { transposeA, transposeB });
}

/** Sums the batch of a gradient whose operand served all of it. */
function sumBatch(gradient: Tensor, operand: Tensor): Tensor {
  return operand.shape[0] === gradient.shape[0] ? gradient : sum(gradient, { axis: 0, keepDims: true });
}

/** Which operands to read as if their last two axes were swapped; nothing is copied for it. */
export interface MatmulOptions {
  readonly transposeA?: boolean;
  readonly transposeB?: boolean;
}

const matmulFields: Fields<MatmulOptions> = { transposeA: flag, transposeB: flag };

/**
 * Matrix product over the last two axes: [..., rows, inner] x [..., inner, columns] -> [..., rows, columns]; leading axes stretch as in
 * arithmetic. A vector on the left is a row, on the right a column, and its axis is dropped from the result, as in NumPy.
 */
export function matmul(a: Tensor, b: Tensor, options: MatmulOptions = {}): Tensor {
  checkTensors("matmul", [a, b]);
  checkOptions("matmul", matmulFields, options);
  const { transposeA = false, transposeB = false } = options;
  if (a.rank === 0 || b.rank === 0) {
    throw new GradloomError(
      "matmul-rank",
      `matmul: ${show(a.shape)} meets ${show(b.shape)}; both need at least one axis, use mul for numbers`,
    );
  }
  if (a.rank === 1) return dropAxis(matmul(reshape(a, [1, a.size]), b, { transposeB }), -2, b.rank === 1);
  if (b.rank === 1) return dropAxis(matmul(a, reshape(b, [b.size, 1]), { transposeA }), -1, false);
  const [one, other] = pair("matmul", a, b).map((x) => (dtypes[x.dtype].class === "bool" ? cast(x, "int32") : x)) as [
    Tensor,
    Tensor,
  ];
  const inner = one.shape.at(transposeA ? -2 : -1)!;
  checkInner(a.shape, b.shape, inner, other.shape.at(transposeB ? -1 : -2)!, transposeA, transposeB);
  const lead = leadingShape(one.shape, other.shape);
  const rows = one.shape.at(transposeA ? -1 : -2)!;
  const columns = other.shape.at(transposeB ? -2 : -1)!;
  // [batch..., rows, inner] x [inner, columns] is one product with batch * rows rows.
  if (other.rank === 2 && !transposeA) {
    const flat = product(
      reshape(one, [1, sizeOf(lead) * rows, inner]),
      reshape(other, [1, ...other.shape]),
      false,
      transposeB,
    );
    return reshape(flat, [...lead, rows, columns]);
  }
  return reshape(product(stacked(one, lead), stacked(other, lead), transposeA, transposeB), [...lead, rows, columns]);
}

/** [...lead, m, n] as [batch, m, n], where a batch of 1 serves all. */
function stacked(x: Tensor, lead: Shape): Tensor {
  const matrix = x.shape.slice(-2);
  const own = sizeOf(x.shape.slice(0, -2));
  if (own === 1 || own === sizeOf(lead)) return reshape(x, [own, ...matrix]);
  return reshape(broadcastTo(x, [...lead, ...matrix]), [sizeOf(lead), ...matrix]);
}

function dropAxis(x: Tensor, axis: -1 | -2, both: boolean): Tensor {
  return reshape(x, both ? [] : axis === -1 ? x.shape.slice(0, -1) : [...x.shape.slice(0, -2), x.shape.at(-1)!]);
}

function leadingShape(a: Shape, b: Shape): Shape {
  const lead = broadcastShapes(a.slice(0, -2), b.slice(0, -2));
  if (typeof lead !== "number") return lead;
  throw new GradloomError(
    "matmul-batch",
    `matmul: cannot stretch the leading axes of ${show(a)} and ${show(b)} to one shape; the sizes before the last two must be equal or 1`,
  );
}

function checkInner(
  a: Shape,
  b: Shape,
  innerA: number,
  innerB: number,
  transposeA: boolean,
  transposeB: boolean,
): void {
  if (innerA === innerB) return;
  const place = (transposed: boolean, last: boolean): string => (transposed === last ? "second-to-last" : "last");
  throw new GradloomError(
    "matmul-inner",
    `matmul: the ${place(transposeA, true)} size of ${show(a)} (${innerA}) must equal the ${place(transposeB, false)} size of ${show(b)} (${innerB})`,
  );
}
