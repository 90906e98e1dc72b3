import { GradloomError, show } from "../errors/gradloom-error.ts";
import { showValue } from "../errors/show-value.ts";
import { type Shape, sizeOf } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { checkTensors } from "./apply.ts";
import { reshape, sum } from "./axes.ts";
import { cast } from "./cast.ts";
import { mul } from "./elementwise.ts";
import { matmul } from "./matmul.ts";
import { transpose } from "./movement.ts";
import { promote } from "./operands.ts";
import { diagonal } from "./ranges.ts";
import { squeeze } from "./rank.ts";

/** The labels of the axes of each operand and of the result, the axes of an ellipsis included, and the size that each label stands for. */
export interface EinsumEquation {
  readonly inputs: readonly (readonly string[])[];
  readonly output: readonly string[];
  readonly sizes: ReadonlyMap<string, number>;
}

/** What is wrong with an equation. */
function refused(equation: string, problem: string): GradloomError {
  // Why: Letters name axes: one group for each operand, parted by commas, then `->` and the axes of the result. The message tells what is
  // wrong with this one.
  return new GradloomError("einsum-equation", `einsum: "${equation}" ${problem}`);
}

/** Reads an equation such as "bij,bjk->bik", "ii" or "...ij,jk" for operands of the shapes. */
function parseEinsum(equation: string, shapes: readonly Shape[]): EinsumEquation {
  if (typeof equation !== "string") throw refused(showValue(equation), "is no text; write inputs->output");
  const [left, right, ...more] = equation.replaceAll(" ", "").split("->");
  if (more.length > 0) throw refused(equation, "has more than one arrow; write inputs->output");
  const terms = left!.split(",");
  for (const term of right === undefined ? terms : [...terms, right]) {
    if (!/^[a-zA-Z]*(\.\.\.)?[a-zA-Z]*$/.test(term))
      throw refused(equation, `has the term "${term}"; terms are letters with at most one ellipsis`);
  }
  if (terms.length !== shapes.length)
    throw refused(equation, `has ${terms.length} terms for ${shapes.length} operands; give one term for each operand`);
  const inputs = terms.map((term, at) => labelsOf(equation, term, shapes[at]!));
  const sizes = sizesOf(equation, inputs, shapes);
  return { inputs, output: outputOf(equation, right, inputs, sizes), sizes };
}

/** The label of an ellipsis axis, counted from the last one. */
function ellipsisLabel(fromLast: number): string {
  return `...${fromLast}`;
}

function isEllipsis(label: string): boolean {
  return label.length > 1;
}

function labelsOf(equation: string, term: string, shape: Shape): readonly string[] {
  const [before, after] = term.split("...") as [string, string?];
  const covered = shape.length - term.replace("...", "").length;
  if (covered < 0 || (after === undefined && covered > 0)) {
    throw refused(
      equation,
      `has the term "${term}" for ${show(shape)}; each axis needs a letter, or an ellipsis for the rest`,
    );
  }
  const rest = Array.from({ length: covered }, (_, at) => ellipsisLabel(covered - 1 - at));
  return [...before, ...rest, ...(after ?? "")];
}

/** The size of each label, where sizes of 1 stretch. */
function sizesOf(
  equation: string,
  inputs: readonly (readonly string[])[],
  shapes: readonly Shape[],
): ReadonlyMap<string, number> {
  const sizes = new Map<string, number>();
  inputs.forEach((labels, operand) =>
    labels.forEach((label, axis) => {
      const size = shapes[operand]![axis]!;
      const before = sizes.get(label) ?? 1;
      const twice = labels.indexOf(label) < axis && size !== shapes[operand]![labels.indexOf(label)];
      if (twice || (size !== before && size !== 1 && before !== 1)) {
        const name = isEllipsis(label) ? "an ellipsis axis" : `"${label}"`;
        throw refused(
          equation,
          `gives ${name} the sizes ${twice ? shapes[operand]![labels.indexOf(label)] : before} and ${size}; they must be equal${twice ? "" : " or 1"}`,
        );
      }
      sizes.set(label, size === 1 ? before : size);
    }),
  );
  return sizes;
}

function outputOf(
  equation: string,
  term: string | undefined,
  inputs: readonly (readonly string[])[],
  sizes: ReadonlyMap<string, number>,
): readonly string[] {
  const labels = inputs.flat();
  const ellipsis = [...sizes.keys()].filter(isEllipsis);
  const rest = ellipsis.map((_, at) => ellipsisLabel(ellipsis.length - 1 - at));
  if (term === undefined) {
    const single = [...sizes.keys()].filter(
      (label) => !isEllipsis(label) && labels.indexOf(label) === labels.lastIndexOf(label),
    );
    return [...rest, ...single.sort((a, b) => (a < b ? -1 : 1))];
  }
  const [before, after] = term.split("...") as [string, string?];
  const output = [...before, ...(after === undefined ? [] : rest), ...(after ?? "")];
  const unknown = output.find((label) => !sizes.has(label));
  if (unknown !== undefined) throw refused(equation, `has "${unknown}" in the output only; it must appear in a term`);
  const twice = output.find((label, at) => output.indexOf(label) < at);
  if (twice !== undefined)
    throw refused(equation, `has "${twice}" twice in the output; each label may appear once there`);
  return output;
}

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
