import { type Access, bytesOf, type DType, dtypes, type Group, type Region, sizeOf } from "@gradloom/core/backend";
import { kernel, type Kernel } from "../kernels/kernel.ts";
import { isMended, reducerOf, reducers } from "../kernels/reducers.ts";
import { type Reducer, Totals } from "../kernels/totals.ts";
import { type Argument, type Call, callOf, type Scratch } from "../program/call.ts";
import { i32 } from "../assembler/scalars.ts";
import { timeOf } from "./formulas.ts";
import { storeOne } from "./quad.ts";
import { keptBy, type RowForm, type RowReading, stretchedInputs } from "./row-form.ts";
import { rowKernel } from "./row-kernel.ts";
import { runValues, writtenOut } from "./run-addresses.ts";
import { type RowOperation, scheduleOf } from "./row-schedule.ts";
import { type Runs, runsOf, shortestRun, type Stretch } from "./stretch.ts";

/** Longer rows whose reductions nothing of the group needs are divided into pieces of about so many elements, which threads can share. */
const pieceLength = 8192;

/** Rows up to this length may be gone through again: they stay in the caches next to a core. */
export const longestRow: number = 2 * pieceLength;

/** Work on rows, as a group describes it. */
export interface RowWork extends Pick<Group, "length" | "access" | "results"> {
  readonly rows: number;
  readonly body: readonly RowOperation[];
}

/** Work on rows as a call of its kernel; of long rows in pieces, their totals in another call. What is not stretched in long runs is written out. */
export function rowCalls(
  inputs: readonly Region[],
  outputs: readonly Region[],
  work: RowWork,
  scratch: Scratch,
): readonly Call[] {
  const { rows, length, body, results } = work;
  const { operands, readings, runs, before } = operandsOf(inputs, work, scratch);
  const phases = scheduleOf({
    body,
    results,
    overwritten: inputs.map((input) => overwrittenIn(input, outputs, work)),
    isReduction,
    isMended,
  });
  const form: RowForm = {
    body,
    results,
    inputs: operands.map(({ dtype }, at) => ({ dtype, reading: readings[at]! })),
    axes: runs?.sizes.length ?? 0,
    split: length > longestRow && body.every(({ phase }) => phase === 0),
    phases,
  };
  const run = runs?.length ?? 1;
  const piece = form.split ? run * Math.ceil(pieceLength / run) : length;
  const pieces = form.split ? Math.ceil(length / piece) : 1;
  const values: Record<string, Argument> = {
    length,
    piece,
    pieces,
    run,
    ...runValues(runs, stretchedInputs(form), operands),
  };
  operands.forEach((operand, at) => (values[`x${at}`] = operand));
  keptBy(form).forEach((from, at) => {
    const { dtype } = from < 0 ? body[~from]! : operands[from]!;
    values[`keep${at}`] = scratch.reserveOwn(bytesOf({ shape: [piece], dtype }));
  });
  const after: Call[] = [];
  outputs.forEach((output, at) => {
    const operation = body[results[at]!]!;
    const totals = form.split && isReduction(operation);
    const target = totals ? scratch.reserve({ shape: [rows * pieces], dtype: "float64" }) : output;
    values[`y${at}`] = target;
    if (!totals) return;
    const total = totalsKernel(reducerOf(operation.name), operation.dtype);
    after.push(callOf(total, { x: target, y: output, pieces }, rows));
  });
  const executed = phases.flatMap(({ elements, reductions }) => [...elements, ...reductions]);
  const time = executed.reduce((sum, at) => sum + timeOf(body[at]!.name, body[at]!.dtype), 0);
  return [...before, callOf(rowKernel(form), values, rows * pieces, rows * length * time), ...after];
}

/** The operands of the kernel, how it reads them, and the calls that write some of them out before. */
function operandsOf(
  inputs: readonly Region[],
  { rows, length, access }: RowWork,
  scratch: Scratch,
): {
  readonly operands: readonly Region[];
  readonly readings: readonly RowReading[];
  readonly runs: Runs | undefined;
  readonly before: readonly Call[];
} {
  const isAlong = (how: Access): how is Stretch => typeof how !== "string" && sizeOf(how.to) === rows * length;
  const row: Stretch = { shape: [rows, 1], to: [rows, length] };
  const stretches = access.filter(isAlong);
  const found = stretches.length === 0 ? undefined : runsOf([...stretches, row]);
  const runs = found !== undefined && found.length >= shortestRun ? found : undefined;
  const before: Call[] = [];
  const readings: RowReading[] = [];
  const operands = inputs.map((input, at) => {
    const how = access[at]!;
    if (typeof how === "string") readings.push(how === "row" ? "perRow" : how);
    else if (runs !== undefined && isAlong(how)) readings.push(runs.kinds[stretches.indexOf(how)]!);
    else {
      const written = writtenOut(input, how, scratch);
      before.push(...written.calls);
      readings.push(isAlong(how) ? "full" : "perRow");
      return written.region;
    }
    return input;
  });
  return { operands, readings, runs, before };
}

/** The phase in which an output is written over the input. */
function overwrittenIn({ place }: Region, outputs: readonly Region[], { body, results }: RowWork): number {
  const phases = outputs.map((output, at) => {
    const other = output.place;
    const same =
      (place.kind === "arena" && other.kind === "arena" && place.offset === other.offset) ||
      (place.kind === "slot" && other.kind === "slot" && place.slot === other.slot);
    return same ? body[results[at]!]!.phase : Infinity;
  });
  return Math.min(...phases);
}

/** y[row] = the total of the totals x[row, 0], x[row, 1], …, eight bytes apart; a task is a row */
function totalsKernel(reducer: Reducer, dtype: DType): Kernel<"x" | "y" | "pieces"> {
  const names = ["x", "y", "pieces"] as const;
  return kernel(`${reducer.name} totals ${dtype}`, names, (code, { x, y, pieces, from, to }, module) => {
    code.for(from, to, 1, (row) => {
      const totals = new Totals(reducer, { code, module, dtype });
      const at = code.let(i32.add(x, i32.mul(i32.mul(row, pieces), totals.bytes)));
      code.repeat(pieces, () => {
        totals.takeTotal(at);
        code.advance(at, totals.bytes);
      });
      storeOne(code, dtype, i32.add(y, i32.mul(row, dtypes[dtype].bytes)), totals.numbers());
    });
  });
}

function isReduction({ name }: RowOperation): boolean {
  return name in reducers;
}
