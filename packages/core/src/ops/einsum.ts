import { checkTensors } from "./apply.ts";
import { sizeOf } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { reshape, sum } from "./axes.ts";
import { cast } from "./cast.ts";
import { diagonal } from "./diagonal.ts";
import { parseEinsum } from "./einsum-equation.ts";
import { mul } from "./elementwise.ts";
import { matmul } from "./matmul.ts";
import { transpose } from "./movement.ts";
import { promote } from "./operands.ts";
import { squeeze } from "./rank.ts";

/** A tensor and the labels of its axes, each once. */
interface Labelled {
  readonly x: Tensor;
  readonly labels: readonly string[];
}

/**
 * Sums of products by Einstein's convention, as NumPy: each letter names an axis, equal letters of operands go together, letters without a place in the
 * output are summed. "ij,jk->ik" is a matrix product, "ii->i" a diagonal, "...ij->...ji" a transpose of the last axes; without an arrow the output has
 * the letters that appear once, in alphabetical order. Operands are multiplied from left to right, each pair as one matrix product.
 */
export function einsum(equation: string, ...operands: readonly Tensor[]): Tensor {
  checkTensors("einsum", operands);
  const { inputs, output, sizes } = parseEinsum(
    equation,
    operands.map(({ shape }) => shape),
  );
  const dtype = operands
    .map((x) => x.dtype)
    .reduce((met, other) => (met === other ? met : promote("einsum", met, other)));
  const terms = operands.map((x, at) => simplified({ x: cast(x, dtype), labels: inputs[at]! }, sizes));
  const product = terms.reduce((left, right, at) => {
    const later = new Set([...output, ...terms.slice(at + 1).flatMap(({ labels }) => labels)]);
    return multiplied(left, right, later);
  });
  const { x, labels } = summed(product, (label) => output.includes(label));
  return transpose(
    x,
    output.map((label) => labels.indexOf(label)),
  );
}

/** With diagonals for labels that appear twice, and without axes that stretch. */
function simplified({ x, labels }: Labelled, sizes: ReadonlyMap<string, number>): Labelled {
  const repeated = labels.findIndex((label, axis) => labels.indexOf(label) < axis);
  if (repeated >= 0) {
    const label = labels[repeated]!;
    const rest = labels.filter((other, axis) => axis !== repeated && axis !== labels.indexOf(label));
    return simplified({ x: diagonal(x, labels.indexOf(label), repeated), labels: [...rest, label] }, sizes);
  }
  const stretched = labels.map((_, axis) => axis).filter((axis) => x.shape[axis] !== sizes.get(labels[axis]!));
  return { x: squeeze(x, stretched), labels: labels.filter((_, axis) => !stretched.includes(axis)) };
}

/** Without the labels that nobody needs any more. */
function summed({ x, labels }: Labelled, needed: (label: string) => boolean): Labelled {
  const axis = labels.map((_, at) => at).filter((at) => !needed(labels[at]!));
  return axis.length === 0 ? { x, labels } : { x: sum(x, { axis }), labels: labels.filter(needed) };
}

/** The product of two terms, summed over the labels that both have and nobody needs later. */
function multiplied(left: Labelled, right: Labelled, later: ReadonlySet<string>): Labelled {
  const a = summed(left, (label) => later.has(label) || right.labels.includes(label));
  const b = summed(right, (label) => later.has(label) || left.labels.includes(label));
  const shared = a.labels.filter((label) => b.labels.includes(label));
  const batch = shared.filter((label) => later.has(label));
  const inner = shared.filter((label) => !later.has(label));
  const rows = a.labels.filter((label) => !shared.includes(label));
  const columns = b.labels.filter((label) => !shared.includes(label));
  const products = inner.length > 0 && rows.length + columns.length > 0;
  const result = products
    ? matrixProduct(a, b, [batch, rows, columns, inner])
    : elementProduct(a, b, [batch, rows, columns, inner]);
  const shape = [...sizesIn(a, [...batch, ...rows]), ...sizesIn(b, columns)];
  return { x: reshape(result, shape), labels: [...batch, ...rows, ...columns] };
}

type Groups = readonly [batch: Labels, rows: Labels, columns: Labels, inner: Labels];
type Labels = readonly string[];

function sizesIn({ x, labels }: Labelled, wanted: Labels): readonly number[] {
  return wanted.map((label) => x.shape[labels.indexOf(label)]!);
}

/** The tensor with its axes in the order of the groups, one axis for each group. */
function grouped(term: Labelled, groups: readonly Labels[]): Tensor {
  const order = groups.flat().map((label) => term.labels.indexOf(label));
  return reshape(
    transpose(term.x, order),
    groups.map((group) => sizeOf(sizesIn(term, group))),
  );
}

/** Whether the axes are in the order of the groups already. */
function inOrder({ labels }: Labelled, groups: readonly Labels[]): boolean {
  return groups.flat().every((label, at) => labels[at] === label);
}

function matrixProduct(a: Labelled, b: Labelled, [batch, rows, columns, inner]: Groups): Tensor {
  const transposeA = inOrder(a, [batch, inner, rows]);
  const transposeB = inOrder(b, [batch, columns, inner]);
  return matmul(
    grouped(a, transposeA ? [batch, inner, rows] : [batch, rows, inner]),
    grouped(b, transposeB ? [batch, columns, inner] : [batch, inner, columns]),
    { transposeA, transposeB },
  );
}

function elementProduct(a: Labelled, b: Labelled, [batch, rows, columns, inner]: Groups): Tensor {
  const product = mul(grouped(a, [batch, rows, [], inner]), grouped(b, [batch, [], columns, inner]));
  return inner.length === 0 ? product : sum(product, { axis: -1 });
}
