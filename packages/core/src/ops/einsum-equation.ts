import { showValue } from "../errors/show-value.ts";
import { GradloomError, show } from "../errors/gradloom-error.ts";
import type { Shape } from "../tensor/shape.ts";

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
export function parseEinsum(equation: string, shapes: readonly Shape[]): EinsumEquation {
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
