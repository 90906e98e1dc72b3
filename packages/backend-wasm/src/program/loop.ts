import { bytesOf, type LoopAttributes, type Program, type Region, type Step } from "@gradloom/core/backend";
import type { Expression, Local } from "../assembler/expression.ts";
import type { FunctionBuilder } from "../assembler/function-builder.ts";
import { i32, strided } from "../assembler/scalars.ts";
import { roundUp } from "../memory/alignment.ts";
import { type Addresses, addressOf } from "./addresses.ts";
import type { Division } from "./division.ts";
import type { ProgramFunction } from "./program-function.ts";

/** A step that runs a program once for each slice of its sequences. */
export interface Loop {
  readonly step: Step;
  readonly attributes: LoopAttributes<Program>;
  readonly body: ProgramFunction;
  /** Bytes of the table of the body's slots, which lies before its arena. */
  readonly tableBytes: number;
  readonly bytes: number;
  readonly nanoseconds: number;
}

/** A loop with its body written. */
export function writtenLoop(step: Step, attributes: LoopAttributes<Program>, body: ProgramFunction): Loop {
  const tableBytes = roundUp(4 * attributes.body.slots.length);
  return {
    step,
    attributes,
    body,
    tableBytes,
    bytes: tableBytes + roundUp(body.bytes),
    nanoseconds: attributes.length * body.nanoseconds,
  };
}

/**
 * Inputs: first carries, sequences, invariants. Outputs: last carries, outputs of all steps, and the carries that each step was given. The
 * carries live in the outputs; the body's slots are its parameters, and what it gives is copied from its arena.
 */
export function writeLoop(
  code: FunctionBuilder,
  loop: Loop,
  table: Local<"i32">,
  addresses: Addresses,
  division: Division,
): void {
  const { body, length, carries: count, sequences, reverse } = loop.attributes;
  const { inputs, outputs } = loop.step;
  const arena = code.let(i32.add(table, loop.tableBytes));
  const named = (region: Region): Local<"i32"> => code.let(addressOf(region, addresses));
  const from = inputs.map(named);
  const to = outputs.map(named);
  const setSlot = (slot: number, address: Expression<"i32">): void => code.store(i32, table, address, 4 * slot);
  const results = body.results.map(({ region }) => ({
    address: code.let(addressOf(region, { ...addresses, arena, slots: table, outputs: new Map() })),
    bytes: bytesOf(region),
  }));

  const isWalked = (at: number): boolean => at >= count && at < count + sequences;
  division.first(() =>
    inputs.forEach((input, at) => {
      if (at < count) code.copy(to[at]!, from[at]!, bytesOf(input));
      if (!isWalked(at)) setSlot(at, (at < count ? to : from)[at]!);
    }),
  );
  code.for(0, length, 1, (step) => {
    const place = code.let(reverse ? i32.sub(length - 1, step) : step);
    const sliceOf = (base: Local<"i32">, bytes: number): Expression<"i32"> => strided(base, [place, bytes]);
    division.first(() => {
      inputs.forEach((input, at) => {
        if (isWalked(at)) setSlot(at, sliceOf(from[at]!, bytesOf(input) / length));
      });
      for (let at = results.length; at < outputs.length; at++) {
        const carry = at - results.length;
        const { bytes } = results[carry]!;
        code.copy(sliceOf(to[at]!, bytes), to[carry]!, bytes);
      }
    });
    const { thread, threads } = division.threads;
    if (loop.body.divided) division.all(() => code.run(loop.body.step, arena, table, thread, threads));
    else division.first(() => code.run(loop.body.step, arena, table, 0, 1));
    division.first(() =>
      results.forEach(({ address, bytes }, at) =>
        code.copy(at < count ? to[at]! : sliceOf(to[at]!, bytes), address, bytes),
      ),
    );
  });
}
