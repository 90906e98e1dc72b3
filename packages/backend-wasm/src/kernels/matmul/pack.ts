import type { Expression, Local } from "../../assembler/expression.ts";
import type { FunctionBuilder } from "../../assembler/function-builder.ts";
import { shuffle, v128 } from "../../assembler/lanes.ts";
import type { ModuleBuilder } from "../../assembler/module-builder.ts";
import { i32, select, strided } from "../../assembler/scalars.ts";
import { minimum, type Procedure, procedure, type Variables } from "../kernel.ts";
import { transposed } from "../plane.ts";
import { copyElement } from "../runs.ts";
import type { Element } from "./element.ts";

const names = ["lines", "steps", "from", "stride", "to"] as const;

type Name = (typeof names)[number];

/** Writes the code that packs a sliver, or several where lines are neighbours. */
type Pack = (code: FunctionBuilder, variables: Variables<Name>) => void;

/** How many of the lines that are left the next sliver takes. */
type Next = (left: Local<"i32">, most: number) => Expression<"i32">;

/** Slivers of neighbouring lines that are packed side by side, since they share the cache lines and pages that they come from. */
const together = 4;

/** to[k, line] = from[k, line]: lines are neighbours in memory; the last stands for those past `lines`. */
function straight(element: Element, width: number): Pack {
  const { bytes } = element;
  return (code, { lines, steps, from, stride, to }) => {
    const slivers = (count: number): void => {
      const targets = [code.let(to)];
      while (targets.length < count) targets.push(code.let(strided(targets.at(-1)!, [steps, width * bytes])));
      code.repeat(steps, () => {
        targets.forEach((target, sliver) => {
          for (const at of vectorStarts(element, width))
            code.store(v128, target, v128.load(from, (sliver * width + at) * bytes), at * bytes);
          code.advance(target, width * bytes);
        });
        code.advance(from, stride);
      });
    };
    const lineByLine = (): void =>
      code.for(0, width, 1, (line) => {
        const [source, target] = [code.let(from), code.let(to)];
        code.repeat(steps, () => {
          copyElement(code, bytes, target, source);
          code.advance(source, stride);
          code.advance(target, width * bytes);
        });
        code.advance(from, select(i32.less(i32.add(line, 1), lines), i32.constant(bytes), i32.constant(0)));
        code.advance(to, bytes);
      });
    code.when(
      i32.equal(lines, together * width),
      () => slivers(together),
      () => code.when(i32.equal(lines, width), () => slivers(1), lineByLine),
    );
  };
}

/** to[k, line] = from[line, k]: squares are transposed in registers; the last line stands for those past `lines`. */
function across(element: Element, width: number): Pack {
  const { bytes, lanes } = element;
  return (code, { lines, steps, from, stride, to }) => {
    const last = code.let(i32.sub(lines, 1));
    for (const start of vectorStarts(element, width)) {
      const sources = Array.from({ length: lanes }, (_, at) =>
        code.let(strided(from, [stride, minimum(last, i32.constant(start + at))])),
      );
      const target = code.let(i32.add(to, start * bytes));
      code.repeat(i32.divUnsigned(steps, lanes), () => {
        const square = sources.map((source) => code.let(v128.load(source)));
        turned(code, square).forEach((vector, at) => code.store(v128, target, vector, at * width * bytes));
        for (const source of sources) code.advance(source, 16);
        code.advance(target, lanes * width * bytes);
      });
      code.repeat(i32.and(steps, lanes - 1), () => {
        sources.forEach((source, at) => copyElement(code, bytes, i32.add(target, at * bytes), source));
        for (const source of sources) code.advance(source, bytes);
        code.advance(target, width * bytes);
      });
    }
  };
}

/** The lines of a sliver that its vectors start at: they lie side by side, the last ends where the sliver does. */
function vectorStarts({ lanes }: Element, width: number): readonly number[] {
  return Array.from({ length: Math.ceil(width / lanes) }, (_, at) => Math.min(at * lanes, width - lanes));
}

function turned(code: FunctionBuilder, square: readonly Local<"v128">[]): readonly Local<"v128">[] {
  if (square.length === 4) return transposed(code, square);
  const [a, b] = square as readonly [Local<"v128">, Local<"v128">];
  return [
    [0, 2],
    [1, 3],
  ].map((lanes) => code.let(shuffle(a, b, lanes)));
}

/**
 * Packs a panel of lines, `steps` long, into slivers of `width` lines, each with its numbers in the order in which tiles read them, and
 * filled with `next` of the lines that are left. Lines are neighbours in memory and steps `stride` bytes apart, or, if `turn`, the other
 * way round.
 */
export function definePanel(
  module: ModuleBuilder,
  element: Element,
  width: number,
  next: Next,
): Procedure<Name | "turn"> {
  const packStraight = procedure(module, names, straight(element, width));
  const packAcross = procedure(module, names, across(element, width));
  return procedure(module, [...names, "turn"], (code, { lines: left, steps, from, stride, to, turn }) =>
    code.while(left, () => {
      // Where the last of them is full, those before it are.
      const last = code.let(i32.sub(left, (together - 1) * width));
      const isMany = code.let(i32.and(i32.isZero(turn), i32.equal(next(last, width), width)));
      const lines = code.let(select(isMany, i32.constant(together * width), next(left, width)));
      const slivers = { lines, steps, from, stride, to };
      code.when(
        turn,
        () => {
          packAcross(code, slivers);
          code.advance(from, i32.mul(stride, lines));
        },
        () => {
          packStraight(code, slivers);
          code.advance(from, i32.mul(lines, element.bytes));
        },
      );
      const most = select(isMany, i32.constant(together * width), i32.constant(width));
      code.advance(to, i32.mul(i32.mul(steps, most), element.bytes));
      code.set(left, i32.sub(left, lines));
    }),
  );
}
