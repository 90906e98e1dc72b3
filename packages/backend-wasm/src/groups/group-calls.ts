import { type Access, bytesOf, type DType, dtypes, type Group, type Region, sizeOf } from "@gradloom/core/backend";
import { i32, strided } from "../assembler/scalars.ts";
import { kernel, type Kernel } from "../kernels/kernel.ts";
import { findKernel } from "../kernels/find-kernel.ts";
import type { WasmElementKernel, WasmKernelSets } from "../kernels/wasm-kernel.ts";
import { type Reducer, Totals } from "../kernels/totals.ts";
import { broadcast } from "../kernels/movement.ts";
import { type Argument, type Call, callOf, type KernelStep, type Lowering, type Scratch } from "../kernels/call.ts";
import { computations, type LoweredOperation, timeOf } from "./computation.ts";
import { dtypeOf, type GroupForm, keptBy, type Reading, broadcastInputs } from "./group-form.ts";
import { groupKernel } from "./group-kernel.ts";
import { scheduleOf } from "./group-schedule.ts";
import { storeOne } from "../mathematics/quad.ts";
import { runValues } from "./run-addresses.ts";
import { type Runs, runsOf, shortestRun, type Broadcast } from "./broadcast-runs.ts";

/** Longer rows whose reductions nothing of the group needs are divided into pieces of about as many elements, which threads can share. */
const pieceLength = 8192;

/** Rows up to this length may be gone through again: they stay in the caches next to a core. */
export const longestRow: number = 2 * pieceLength;

/** Work on rows of `length` elements; one row if it has no reductions. */
export interface RowWork extends Pick<Group, "length" | "access" | "results"> {
  readonly rows: number;
  readonly body: readonly LoweredOperation[];
}

/** Work on rows as a call of its kernel; of long rows in pieces, their totals in another call. What is not repeated in long runs is written out. */
export const rowCalls: Lowering<RowWork> = ({ inputs, outputs, attributes: work }, scratch) => {
  const { rows, length, body, results } = work;
  const { operands, readings, runs, before } = operandsOf(inputs, work, scratch);
  const overwritten = inputs.map((input) => overwrittenIn(input, outputs, work));
  const phases = scheduleOf(body, results, overwritten);
  const form: GroupForm = {
    body,
    results,
    inputs: operands.map(({ dtype }, at) => ({ dtype, reading: readings[at]! })),
    axes: runs?.axes.length ?? 0,
    tasks: tasksOf(work, phases.length),
    phases,
  };
  const { tasks } = form;
  const run = runs?.length ?? 1;
  const piece = tasks === "pieces" ? run * Math.ceil(pieceLength / run) : length;
  const pieces = Math.ceil(length / piece) || 1;
  const values: Record<string, Argument> = {
    ...(runs && runValues(runs, broadcastInputs(form), operands)),
    ...(tasks !== "elements" && { length }),
    ...(tasks === "pieces" && { piece, pieces }),
  };
  operands.forEach((operand, at) => (values[`x${at}`] = operand));
  keptBy(form).forEach((from, at) => {
    values[`keep${at}`] = scratch.reserveOwn(bytesOf({ shape: [piece], dtype: dtypeOf(form, from) }));
  });
  const after: Call[] = [];
  outputs.forEach((output, at) => {
    const { computation, dtype, perRow } = body[results[at]!]!;
    values[`y${at}`] = output;
    if (tasks !== "pieces" || !perRow) return;
    const totals = scratch.reserve({ shape: [rows * pieces], dtype: "float64" });
    values[`y${at}`] = totals;
    after.push(callOf(totalsKernel(computation as Reducer, dtype), { x: totals, y: output, pieces }, rows));
  });
  const count = tasks === "elements" ? length / run : rows * pieces;
  const time = rows * length * timeOfElement(form);
  return [...before, callOf(groupKernel(form, Object.keys(values)), values, count, time), ...after];
};

/** A group as calls of kernels. */
export function groupCalls(
  { attributes: group, ...step }: KernelStep<Group>,
  scratch: Scratch,
  sets: WasmKernelSets,
): readonly Call[] {
  const body = group.body.map(({ operation, ...rest }) => ({
    ...rest,
    computation: (sets.get(operation) as WasmElementKernel | undefined) ?? findKernel(computations, operation),
  }));
  return rowCalls({ ...step, attributes: { ...group, rows: group.size / group.length, body } }, scratch);
}

/** About how many nanoseconds it takes beside reading and writing. */
function timeOfElement({ body, phases }: GroupForm): number {
  const executed = phases.flatMap(({ elements, reductions }) => [...elements, ...reductions]);
  return executed.reduce((sum, at) => sum + timeOf(body[at]!), 0);
}

function tasksOf({ body, length }: RowWork, phases: number): GroupForm["tasks"] {
  if (!body.some(({ perRow }) => perRow)) return "elements";
  return length > longestRow && phases === 1 ? "pieces" : "rows";
}

/** The operands of the kernel, how it reads them, and the calls that write some of them out before. */
function operandsOf(
  inputs: readonly Region[],
  { rows, length, access }: RowWork,
  scratch: Scratch,
): {
  readonly operands: readonly Region[];
  readonly readings: readonly Reading[];
  readonly runs: Runs | undefined;
  readonly before: readonly Call[];
} {
  const isAlong = (how: Access): how is Broadcast => typeof how !== "string" && sizeOf(how.to) === rows * length;
  const broadcasts = access.filter(isAlong);
  const found = broadcasts.length > 0 && runsOf([...broadcasts, { shape: [rows, 1], to: [rows, length] }]);
  const runs = found && found.length >= shortestRun ? found : undefined;
  const before: Call[] = [];
  const readings: Reading[] = [];
  const operands = inputs.map((input, at) => {
    const how = access[at]!;
    if (typeof how === "string") readings.push(how === "row" ? "perRow" : how);
    else if (runs !== undefined && isAlong(how)) readings.push(runs.kinds[broadcasts.indexOf(how)]!);
    else {
      const { shape, to } = how;
      const whole = scratch.reserve({ shape: to, dtype: input.dtype });
      before.push(
        ...broadcast({ inputs: [{ ...input, shape }], outputs: [whole], attributes: { shape: to } }, scratch),
      );
      readings.push(isAlong(how) ? "full" : "perRow");
      return whole;
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
      const at = code.let(strided(x, [i32.mul(row, pieces), totals.bytes]));
      code.repeat(pieces, () => {
        totals.takeTotal(at);
        code.advance(at, totals.bytes);
      });
      storeOne(code, dtype, strided(y, [row, dtypes[dtype].bytes]), totals.numbers());
    });
  });
}
