import { bytesOf, type Program, type Region } from "@gradloom/core/backend";
import type { Callable, Expression, Local } from "../assembler/expression.ts";
import type { FunctionBuilder } from "../assembler/function-builder.ts";
import type { ModuleBuilder } from "../assembler/module-builder.ts";
import type { Operand } from "../assembler/encode.ts";
import { i32, select, strided } from "../assembler/scalars.ts";
import { type Addresses, addressOf, type Outputs, plus } from "./addresses.ts";
import type { Argument, Call } from "../kernels/call.ts";
import { defineBarrier, Division, type Workers } from "./division.ts";
import { type Loop, writeLoop, writtenLoop } from "./loop.ts";
import type { Lowered } from "./lower-program.ts";
import type { ProgramContext } from "./program-context.ts";
import type { ProgramFunction } from "./program-function.ts";

type I32 = Local<"i32">;

/** Work to write: a call, or a loop whose body is written. */
type Work = Call | Loop;

/** Writes a program, and the programs inside it, as functions of the module: kernel calls in order, with constant offsets. */
export function writeProgram(
  context: ProgramContext,
  lowered: Lowered,
  part: "program" | "body" = "program",
): ProgramFunction {
  const { module, importKernel, constants, threads, thresholds } = context;
  const { items, program, bytes } = lowered;
  const works = items.flatMap((item): readonly Work[] => {
    if (!("body" in item)) return item.calls;
    return [writtenLoop(item.step, item.attributes, writeProgram(context, item.body, "body"))];
  });
  for (const work of works) if (!("body" in work)) importKernel(work.kernel);
  const inner = works.reduce((most, work) => Math.max(most, "body" in work ? work.bytes : 0), 0);
  const nanoseconds = works.reduce((sum, work) => sum + work.nanoseconds, 0);
  const least = part === "body" ? thresholds.body : thresholds.program + thresholds.byte * bytesOut(program);
  const divided = threads > 1 && nanoseconds >= least;
  const outputs = divided && part === "program" ? outputsOf(program) : new Map();
  const barrier = divided ? defineBarrier(module) : undefined;
  let worked: Workers = "nobody";
  const parts = partsOf(works).map((part) =>
    defineStep(module, (code, [arena, slots, thread, count]) => {
      const addresses: Addresses = { arena, slots, thread, constants, outputs };
      const division = new Division(code, { thread, threads: count }, barrier, worked);
      for (const work of part) {
        if ("body" in work) writeLoop(code, work, code.let(i32.add(arena, bytes)), addresses, division);
        else writeCall(code, work, importKernel(work.kernel), addresses, division, thresholds.call);
      }
      worked = division.worked;
    }),
  );
  const step =
    parts.length === 1
      ? parts[0]!
      : defineStep(module, (code, given) => {
          for (const part of parts) code.run(part, ...given);
        });
  return { step, bytes: bytes + inner, nanoseconds, divided, outputs };
}

/** Variables and arguments in one function, at most: engines bound its variables (50,000) and its bytes (about 7 MiB). */
const mostWords = 40_000;

/** The calls and loops of each function that a program is written as, in order. */
function partsOf(works: readonly Work[]): readonly (readonly Work[])[] {
  const parts: Work[][] = [[]];
  let words = 0;
  for (const work of works) {
    const needed = wordsOf(work);
    if (words > 0 && words + needed > mostWords) {
      parts.push([]);
      words = 0;
    }
    parts.at(-1)!.push(work);
    words += needed;
  }
  return parts;
}

/** About as many variables and arguments as the code of a call or a loop has. */
function wordsOf(work: Work): number {
  if (!("body" in work)) return work.values.length + 6;
  const { inputs, outputs } = work.step;
  return 4 * (inputs.length + outputs.length) + 16;
}

/** A function of what a program is given when it runs. */
function defineStep(
  module: ModuleBuilder,
  write: (code: FunctionBuilder, given: readonly [I32, I32, I32, I32]) => void,
): Callable {
  return module.define(["i32", "i32", "i32", "i32"], undefined, (code, given) =>
    write(code, given as unknown as readonly [I32, I32, I32, I32]),
  );
}

/** The results that are no variables and are made in the arena. Their entries follow those of the slots, one for each result that is no variable. */
function outputsOf({ slots, results }: Program): Outputs {
  const outputs = new Map<number, { entry: number; bytes: number }>();
  keptOf(results).forEach((region, at) => {
    const { place } = region;
    if (place.kind === "arena" && !outputs.has(place.offset))
      outputs.set(place.offset, { entry: slots.length + at, bytes: bytesOf(region) });
  });
  return outputs;
}

/** The results that are no variables. */
export function keptOf(results: Program["results"]): readonly Region[] {
  return results.filter(({ slot }) => slot === undefined).map(({ region }) => region);
}

/** How many bytes they have. */
function bytesOut({ results }: Program): number {
  return keptOf(results).reduce((sum, region) => sum + bytesOf(region), 0);
}

function writeCall(
  code: FunctionBuilder,
  { values, tasks, kernel: { grain }, nanoseconds }: Call,
  target: Callable,
  addresses: Addresses,
  division: Division,
  least: number,
): void {
  const run = (from: Operand<"i32">, to: Operand<"i32">): void =>
    code.run(target, ...values.map((value) => valueOf(value, addresses)), from, to);
  const units = Math.ceil(tasks / grain);
  if (units < 2 || nanoseconds < least) return division.first(() => run(0, tasks));
  division.all(() => {
    const [from, to] = division.share(units);
    const end = i32.mul(to, grain);
    code.when(i32.less(from, to), () =>
      run(i32.mul(from, grain), select(i32.equal(to, units), i32.constant(tasks), end)),
    );
  });
}

function valueOf(value: Argument, addresses: Addresses): Expression<"i32"> {
  if (typeof value === "number") return i32.constant(value);
  if ("offset" in value) return plus(strided(addresses.arena, [addresses.thread, value.bytes]), value.offset);
  if ("region" in value) return plus(addressOf(value.region, addresses), value.bytes);
  return addressOf(value, addresses);
}
