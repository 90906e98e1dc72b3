import { GradloomError } from "@gradloom/core";
import {
  bytesOf,
  type Group,
  groupOperation,
  type Program,
  type Region,
  type Step,
  type TensorSpec,
} from "@gradloom/core/backend";
import type { Callable, Expression } from "../assembler/expression.ts";
import type { FunctionBuilder } from "../assembler/function-builder.ts";
import type { ModuleBuilder } from "../assembler/module-builder.ts";
import { i32 } from "../assembler/scalars.ts";
import { groupCalls } from "../elements/group-calls.ts";
import { lowerings } from "../kernels/lowerings.ts";
import { roundUp } from "../memory/heap.ts";
import { type Addresses, addressOf, plus } from "./addresses.ts";
import type { Argument, Call, Lowering, Own, Scratch } from "./call.ts";
import type { Constants } from "./constants.ts";
import type { Find } from "./library.ts";
import { type Loop, loopOf, writeLoop } from "./loop.ts";

/** A program as a function of the address of its arena and of the table of its slots' addresses. */
export interface Written {
  readonly step: Callable;
  /** Bytes of the arena, with what kernels and inner programs need besides. */
  readonly bytes: number;
}

/** A step that is calls of kernels, or a loop over a program of its own. */
type Item = { readonly calls: readonly Call[] } | { readonly loop: Loop };

/** Writes a program, and the programs inside it, as functions of the module: kernel calls in order, with constant offsets. */
export function writeProgram(module: ModuleBuilder, program: Program, find: Find, constants: Constants): Written {
  const scratch = new ScratchSpace(program.arenaBytes);
  const items = program.steps.map((step): Item => {
    scratch.clear();
    if (step.operation.traits.body === undefined) return { calls: callsOf(step, scratch) };
    return { loop: loopOf(step, (body) => writeProgram(module, body, find, constants)) };
  });
  for (const item of items) if ("calls" in item) for (const { kernel } of item.calls) find(kernel);
  const innerStart = scratch.end;
  const inner = Math.max(0, ...items.map((item) => ("loop" in item ? item.loop.bytes : 0)));
  const step = module.define(["i32", "i32"], undefined, (code, [arena, slots]) => {
    const addresses: Addresses = { arena: arena!, slots: slots!, constants };
    for (const item of items) {
      if ("calls" in item) for (const call of item.calls) writeCall(code, call, find(call.kernel), addresses);
      else writeLoop(code, item.loop, code.let(i32.add(arena!, innerStart)), addresses);
    }
  });
  return { step, bytes: innerStart + inner };
}

function callsOf({ operation, attributes, inputs, outputs }: Step, scratch: Scratch): readonly Call[] {
  if ((operation as unknown) === groupOperation) {
    if ((attributes as Group).size === 0) return [];
    return groupCalls(inputs, outputs, attributes as Group, scratch);
  }
  const lowering = (lowerings as unknown as Record<string, Lowering<object>>)[operation.name];
  if (lowering === undefined) {
    throw new GradloomError("wasm-operation", `wasm: no kernel for the primitive "${operation.name}"`);
  }
  return lowering(inputs, outputs, attributes, scratch).filter(({ tasks }) => tasks > 0);
}

function writeCall(code: FunctionBuilder, { values, tasks }: Call, target: Callable, addresses: Addresses): void {
  code.run(target, ...values.map((value) => valueOf(value, addresses)), 0, tasks);
}

function valueOf(value: Argument, addresses: Addresses): Expression<"i32"> {
  if (typeof value === "number") return i32.constant(value);
  if ("offset" in value) return plus(addresses.arena, value.offset);
  if ("region" in value) return plus(addressOf(value.region, addresses), value.bytes);
  return addressOf(value, addresses);
}

/** Memory after the arena that each step uses anew. */
class ScratchSpace implements Scratch {
  /** The end of what any step needs. */
  end: number;
  private readonly start: number;
  private next: number;

  constructor(arenaBytes: number) {
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
    return { offset: this.take(bytes), bytes };
  }

  private take(bytes: number): number {
    const offset = this.next;
    this.next += roundUp(bytes);
    this.end = Math.max(this.end, this.next);
    return offset;
  }
}
