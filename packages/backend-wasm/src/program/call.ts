import { bytesOf, type Region, type TensorSpec } from "@gradloom/core/backend";
import type { Kernel } from "../kernels/kernel.ts";

/** Bytes that a core reads and writes in a nanosecond, about. */
const bytesPerNanosecond = 16;

/** So many bytes after the start of a region. */
export interface Shifted {
  readonly region: Region;
  readonly bytes: number;
}

/** Scratch memory of which each thread has its own. */
export interface Own {
  readonly offset: number;
  readonly bytes: number;
}

/** What a kernel is given: a number, or an address. */
export type Argument = number | Region | Shifted | Own;

/** A kernel at work on all of its tasks. A program is a list of them, in order. */
export interface Call {
  readonly kernel: Kernel;
  readonly values: readonly Argument[];
  readonly tasks: number;
  /** About how many nanoseconds all tasks take on one thread. */
  readonly nanoseconds: number;
}

/** A call with its arguments by name. `computing` is the time that it takes, in nanoseconds, beside that of moving the tensors. */
export function callOf<Name extends string>(
  kernel: Kernel<Name>,
  values: Readonly<Record<Name, Argument>>,
  tasks: number,
  computing = 0,
): Call {
  const list = kernel.parameters.map((name) => values[name]);
  return { kernel, values: list, tasks, nanoseconds: timeToMove(list) + computing };
}

function timeToMove(values: readonly Argument[]): number {
  const bytes = values.map((value) => {
    if (typeof value === "number" || "offset" in value) return 0;
    return bytesOf("region" in value ? value.region : value);
  });
  return bytes.reduce((sum, count) => sum + count, 0) / bytesPerNanosecond;
}

/** Memory that a step needs besides its inputs and outputs; it is the next step's afterwards. */
export interface Scratch {
  /** Memory that one call writes and another reads. */
  reserve(spec: TensorSpec): Region;
  /** Memory for the tasks of one call, one after the other. */
  reserveOwn(bytes: number): Own;
}

/** How a primitive becomes calls. */
export type Lowering<Attributes> = (
  inputs: readonly Region[],
  outputs: readonly Region[],
  attributes: Attributes,
  scratch: Scratch,
) => readonly Call[];
