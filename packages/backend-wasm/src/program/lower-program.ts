import {
  bytesOf,
  type Group,
  groupOperation,
  type LoopAttributes,
  loopOf,
  type Program,
  type Region,
  type Step,
  type TensorSpec,
} from "@gradloom/core/backend";
import { groupCalls } from "../groups/group-calls.ts";
import { findKernel } from "../kernels/find-kernel.ts";
import { lowerings } from "./lowerings.ts";
import type { WasmKernelSets, WasmStepKernel } from "../kernels/wasm-kernel.ts";
import { roundUp } from "../memory/alignment.ts";
import type { Call, Lowering, Own, Scratch } from "../kernels/call.ts";

/** A step as calls of kernels, or a loop over a program of its own. */
export type Item = { readonly calls: readonly Call[] } | LoweredLoop;

interface LoweredLoop {
  readonly step: Step;
  readonly attributes: LoopAttributes<Program>;
  readonly body: Lowered;
}

/** A program as calls of kernels. */
export interface Lowered {
  readonly program: Program;
  readonly items: readonly Item[];
  /** Bytes of the arena with what kernels need besides, without those of inner programs. */
  readonly bytes: number;
}

/** Turns the steps of a program, and of those inside it, into calls of kernels, for a number of threads. */
export function lowerProgram(program: Program, threads: number, sets: WasmKernelSets): Lowered {
  const scratch = new ScratchSpace(program.arenaBytes, threads);
  const items = program.steps.map((step): Item => {
    scratch.clear();
    const attributes = loopOf(step);
    if (attributes === undefined) return { calls: callsOf(step, sets, scratch) };
    return { step, attributes, body: lowerProgram(attributes.body, threads, sets) };
  });
  return { program, items, bytes: scratch.end };
}

function callsOf(step: Step, sets: WasmKernelSets, scratch: Scratch): readonly Call[] {
  const { operation, attributes } = step;
  if ((operation as unknown) === groupOperation) {
    const group = attributes as Group;
    return group.size === 0 ? [] : groupCalls({ ...step, attributes: group }, scratch, sets);
  }
  const foreign = sets.get(operation) as WasmStepKernel | undefined;
  const lowering = foreign?.calls ?? findKernel<Lowering<never>>(lowerings, operation);
  return lowering(step as typeof step & { readonly attributes: never }, scratch).filter(({ tasks }) => tasks > 0);
}

/** Memory after the arena that each step uses anew. */
class ScratchSpace implements Scratch {
  /** The end of what any step needs. */
  end: number;
  private readonly start: number;
  private readonly threads: number;
  private next: number;

  constructor(arenaBytes: number, threads: number) {
    this.threads = threads;
    this.start = roundUp(arenaBytes);
    this.next = this.start;
    this.end = this.start;
  }

  clear(): void {
    this.next = this.start;
  }

  reserve({ shape, dtype }: TensorSpec): Region {
    const place = { kind: "arena", offset: this.take(bytesOf({ shape, dtype })) } as const;
    return { place, shape, dtype };
  }

  reserveOwn(bytes: number): Own {
    const each = roundUp(bytes);
    return { offset: this.take(each * this.threads), bytes: each };
  }

  private take(bytes: number): number {
    const offset = this.next;
    this.next += roundUp(bytes);
    this.end = Math.max(this.end, this.next);
    return offset;
  }
}
