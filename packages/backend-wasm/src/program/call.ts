import type { Region, TensorSpec } from "@gradloom/core/backend";
import type { Kernel } from "../kernels/kernel.ts";

/** So many bytes after the start of a region. */
export interface Shifted {
  readonly region: Region;
  readonly bytes: number;
}

/** What a kernel is given: a number, or an address. */
export type Argument = number | Region | Shifted;

/** A kernel at work on all of its tasks. A program is a list of them, in order. */
export interface Call {
  readonly kernel: Kernel;
  readonly values: readonly Argument[];
  readonly tasks: number;
}

/** A call with its arguments by name. */
export function callOf<Name extends string>(
  kernel: Kernel<Name>,
  values: Readonly<Record<Name, Argument>>,
  tasks: number,
): Call {
  return { kernel, values: kernel.parameters.map((name) => values[name]), tasks };
}

/** Memory that a step needs besides its inputs and outputs; it is the next step's afterwards. */
export interface Scratch {
  reserve(spec: TensorSpec): Region;
}

/** How a primitive becomes calls. */
export type Lowering<Attributes> = (
  inputs: readonly Region[],
  outputs: readonly Region[],
  attributes: Attributes,
  scratch: Scratch,
) => readonly Call[];
