import { bytesOf, type Region, type TensorSpec } from "@gradloom/core/backend";
import type { Kernel } from "./kernel.ts";

/** Bytes that a core reads and writes in a nanosecond, about. */
const bytesPerNanosecond = 16;

/** The address `bytes` after the start of a region. */
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
  const regions = values.map(regionOf).filter((region) => region !== undefined);
  return regions.reduce((sum, region) => sum + bytesOf(region), 0) / bytesPerNanosecond;
}

/** Memory that a step needs besides its inputs and outputs; it is the next step's afterwards. */
export interface Scratch {
  /** Memory that one call writes and another reads. */
  reserve(spec: TensorSpec): Region;
  /** Memory for the tasks of one call, one after the other. */
  reserveOwn(bytes: number): Own;
}

/**
 * A step of a program: where its inputs and its outputs are, and the attributes of its operation. Outputs overlap neither inputs nor each other, and
 * hold anything before; inputs may be one region.
 */
export interface KernelStep<Attributes> {
  readonly inputs: readonly Region[];
  readonly outputs: readonly Region[];
  readonly attributes: Attributes;
}

/** How a step becomes calls. */
export type Lowering<Attributes> = (step: KernelStep<Attributes>, scratch: Scratch) => readonly Call[];

/** The region of an argument that is an address of one. */
export function regionOf(value: Argument): Region | undefined {
  if (typeof value === "number" || "offset" in value) return undefined;
  return "region" in value ? value.region : value;
}
