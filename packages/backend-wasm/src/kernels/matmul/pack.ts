import type { Callable, Expression, Local } from "../../assembler/expression.ts";
import type { FunctionBuilder } from "../../assembler/function-builder.ts";
import { shuffle, v128 } from "../../assembler/lanes.ts";
import type { ModuleBuilder } from "../../assembler/module-builder.ts";
import { f64, i32 } from "../../assembler/scalars.ts";
import { minimum } from "../kernel.ts";
import { transposed } from "../move.ts";
import { copyElement } from "../runs.ts";
import type { Element } from "./element.ts";
import type { Locals } from "./tile.ts";

type Pack = (code: FunctionBuilder, locals: Locals<5>) => void;

/** to[k, line] = from[k, line]: lines are neighbours in memory; those past `lines` become 0 */
function straight(element: Element, width: number): Pack {
  const { bytes, lanes } = element;
  const vectors = Math.floor(width / lanes);
  return (code, [lines, steps, from, stride, to]) =>
    code.when(
      i32.equal(lines, width),
      () =>
        code.repeat(steps, () => {
          for (let at = 0; at < vectors; at++) code.store(v128, to, v128.load(from, 16 * at), 16 * at);
          for (let at = vectors * lanes; at < width; at++)
            copyElement(code, bytes, i32.add(to, at * bytes), i32.add(from, at * bytes));
          code.advance(from, stride);
          code.advance(to, width * bytes);
        }),
      () =>
        code.for(0, width, 1, (line) => {
          packLine(code, element, i32.less(line, lines), steps, from, stride, to, width);
          code.advance(from, bytes);
          code.advance(to, bytes);
        }),
    );
}

/** to[k, line] = from[line, k]: squares are transposed in registers; lines past `lines` become 0 */
function across(element: Element, width: number): Pack {
  const { bytes, lanes } = element;
  return (code, [lines, steps, from, stride, to]) => {
    const whole = code.let(i32.and(lines, -lanes));
    code.for(0, whole, lanes, () => {
      const sources = [code.let(from)];
      while (sources.length < lanes) sources.push(code.let(i32.add(sources.at(-1)!, stride)));
      const target = code.let(to);
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
      code.advance(from, i32.mul(stride, lanes));
      code.advance(to, lanes * bytes);
    });
    code.for(whole, width, 1, (line) => {
      packLine(code, element, i32.less(line, lines), steps, from, i32.constant(bytes), to, width);
      code.advance(from, stride);
      code.advance(to, bytes);
    });
  };
}

/** One line of a sliver, or zeros in its place. */
function packLine(
  code: FunctionBuilder,
  { bytes }: Element,
  isThere: Expression<"i32">,
  steps: Local<"i32">,
  from: Local<"i32">,
  step: Expression<"i32">,
  to: Local<"i32">,
  width: number,
): void {
  const [source, target] = [code.let(from), code.let(to)];
  const each = (write: () => void): void =>
    code.repeat(steps, () => {
      write();
      code.advance(target, width * bytes);
    });
  code.when(
    isThere,
    () =>
      each(() => {
        copyElement(code, bytes, target, source);
        code.advance(source, step);
      }),
    () => each(() => (bytes === 8 ? code.store(f64, target, 0) : code.store(i32, target, 0))),
  );
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
 * Packs a panel of `count` lines, `steps` long, into slivers of `width` lines, each with its numbers in the order in which tiles read them. Lines
 * are neighbours in memory and steps `stride` bytes apart, or, if `turn`, the other way round.
 */
export function definePanel(module: ModuleBuilder, element: Element, width: number): Callable {
  const five = ["lines", "steps", "from", "stride", "to"].map(() => "i32" as const);
  const define = (pack: Pack): Callable =>
    module.define(five, undefined, (code, locals) =>
      pack(code, locals as readonly Local<"i32">[] as never as Locals<5>),
    );
  const packs = { straight: define(straight(element, width)), across: define(across(element, width)) };
  return module.define([...five, "i32"], undefined, (code, locals) => {
    const [count, steps, from, stride, to, turn] = locals as readonly Local<"i32">[] as never as Locals<6>;
    code.for(0, count, width, (first) => {
      const lines = code.let(minimum(i32.sub(count, first), i32.constant(width)));
      code.when(
        turn,
        () => {
          code.run(packs.across, lines, steps, from, stride, to);
          code.advance(from, i32.mul(stride, width));
        },
        () => {
          code.run(packs.straight, lines, steps, from, stride, to);
          code.advance(from, width * element.bytes);
        },
      );
      code.advance(to, i32.mul(steps, width * element.bytes));
    });
  });
}
