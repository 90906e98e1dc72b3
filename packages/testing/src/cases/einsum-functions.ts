import * as core from "@gradloom/core";
import type { Shape } from "@gradloom/core";
import { type Arbitrary, array, boolean, constantFrom, integer, record, shuffledSubarray, tuple } from "fast-check";
import { elementAt, fromIndices, indicesOf } from "../host-array.ts";
import { type FunctionCase, functionCase } from "./function-case.ts";
import { numeric } from "./primitive-case.ts";

interface Term {
  readonly letters: readonly string[];
  /** How many axes the ellipsis stands for; none at all if undefined. */
  readonly rest: number | undefined;
  readonly place: number;
  /** Whether the ellipsis axes have size 1. */
  readonly narrow: boolean;
}

interface Setting {
  readonly terms: readonly Term[];
  readonly sizes: Readonly<Record<string, number>>;
  readonly output: readonly string[] | undefined;
}

const letters = ["a", "b", "c", "B"];
/** The axes that an ellipsis stands for, the last ones if fewer. */
const rest = ["Y", "Z"];

function term(): Arbitrary<Term> {
  return record({
    letters: array(constantFrom(...letters), { maxLength: 3 }),
    rest: constantFrom(undefined, undefined, 0, 1, 2),
    place: integer({ min: 0, max: 3 }),
    narrow: boolean(),
  });
}

function settings(): Arbitrary<Setting> {
  const size = integer({ min: 1, max: 3 });
  return tuple(
    array(term(), { minLength: 1, maxLength: 3 }),
    record({ a: size, b: size, c: size, B: size, Y: size, Z: size }),
  ).chain(([terms, sizes]) => {
    const used = letters.filter((letter) => terms.some((own) => own.letters.includes(letter)));
    return record({ output: shuffledSubarray(used), implicit: boolean() }).map(({ output, implicit }) => ({
      terms,
      sizes,
      output: implicit ? undefined : output,
    }));
  });
}

function text({ letters: own, rest: covered, place }: Term): string {
  const before = own.slice(0, place).join("");
  return covered === undefined ? own.join("") : `${before}...${own.slice(place).join("")}`;
}

/** The label of each axis of the operand. */
function labelsOf({ letters: own, rest: covered = 0, place }: Term): readonly string[] {
  return own.toSpliced(place, 0, ...rest.slice(rest.length - covered));
}

function shapeOf(own: Term, sizes: Setting["sizes"]): Shape {
  return labelsOf(own).map((label) => (own.narrow && rest.includes(label) ? 1 : sizes[label]!));
}

function outputLabels({ terms, output }: Setting): readonly string[] {
  const all = terms.flatMap(labelsOf);
  const covered = rest.filter((label) => all.includes(label));
  const single = letters.filter(
    (letter) => all.indexOf(letter) >= 0 && all.indexOf(letter) === all.lastIndexOf(letter),
  );
  return [...covered, ...(output ?? single.toSorted((a, b) => (a < b ? -1 : 1)))];
}

function equationOf(setting: Setting): string {
  const left = setting.terms.map(text).join(", ");
  if (setting.output === undefined) return left;
  const covered = setting.terms.some((own) => own.rest !== undefined);
  return `${left} -> ${covered ? "..." : ""}${setting.output.join("")}`;
}

/** The row of `einsum`, with equations of all kinds. */
export const einsumFunctions = {
  einsum: (): FunctionCase =>
    functionCase({
      settings: settings(),
      inputs: ({ terms, sizes }) => terms.map((own) => ({ shape: shapeOf(own, sizes) })),
      call: (inputs, setting) => core.einsum(equationOf(setting), ...inputs),
      reference: (inputs, setting) => {
        const labels = setting.terms.map(labelsOf);
        const all = [...new Set(labels.flat())];
        const sizeOf = (label: string): number =>
          Math.max(...inputs.flatMap(({ shape }, at) => shape.filter((_, axis) => labels[at]![axis] === label)));
        const output = outputLabels(setting);
        const inner = all.filter((label) => !output.includes(label));
        return fromIndices(output.map(sizeOf), inputs[0]!.dtype, (outer) => {
          const products = indicesOf(inner.map(sizeOf)).map((index) => {
            const at = (label: string): number =>
              output.includes(label) ? outer[output.indexOf(label)]! : index[inner.indexOf(label)]!;
            return inputs.reduce((product, x, operand) => {
              const place = labels[operand]!.map((label, axis) => (x.shape[axis] === 1 ? 0 : at(label)));
              return product * elementAt(x, place);
            }, 1);
          });
          return products.reduce((total, product) => total + product, 0);
        });
      },
      dtypes: numeric,
    }),
};
