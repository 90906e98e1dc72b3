import {
  type Buffer,
  dtypes,
  type Executable,
  type Program,
  type Region,
  sizeOf,
  type TypedArray,
  withRoom,
  workingMemoryOf,
} from "@gradloom/core/backend";
import { roundUp } from "../memory/alignment.ts";
import type { LinearMemory } from "../memory/linear-memory.ts";
import { WasmBuffer } from "../memory/wasm-buffer.ts";
import type { Ending, WorkQueue } from "../threads/work-queue.ts";
import { entryOf } from "../program/addresses.ts";
import { checkSizes } from "../program/check-sizes.ts";
import { Constants } from "../program/constants.ts";
import type { Linked } from "../program/library.ts";
import { lowerProgram } from "../program/lower-program.ts";
import { checkOpen, type WasmRuntime } from "./wasm-runtime.ts";
import { keptOf, writeProgram } from "../program/write-program.ts";

/** Bytes of a number that is filled in at each run. */
const cellBytes = 8;

/** Inputs without a place in WebAssembly memory, to be copied to memory that starts somewhere. */
interface StagedInputs {
  readonly values: { readonly slot: number; readonly data: TypedArray; readonly offset: number }[];
  bytes: number;
}

/**
 * A program as a WebAssembly function, with the table of its slots' addresses. Small ones run at once on the calling thread, large ones in the
 * workers, all in the order in which they are called.
 */
export class WasmExecutable implements Executable {
  private readonly program: Program;
  private readonly runtime: WasmRuntime;
  private readonly linear: LinearMemory;
  private readonly linked: Linked;
  private readonly arenaBytes: number;
  /** Bytes of a table of addresses; the cells of numbers lie behind it. */
  private readonly tableBytes: number;
  /** The table of the runs on the calling thread. */
  private readonly table: number;
  /** What its slots hold: a number, or the address of a value; no reference to the value itself. */
  private readonly held: (number | undefined)[];
  /** Where the arena was at the last run on this thread. */
  private arenaBase = 0;
  private readonly read: readonly number[];
  /** Whether a slot is written. */
  private readonly written: readonly boolean[];
  private readonly kept: readonly Region[];

  constructor(program: Program, runtime: WasmRuntime) {
    checkSizes(program);
    this.program = program;
    this.runtime = runtime;
    this.linear = runtime.linear;
    const { slots, results, steps } = program;
    this.kept = keptOf(results);
    this.tableBytes = roundUp(4 * (slots.length + this.kept.length));
    const lowered = lowerProgram(program, runtime.library.threads, runtime.sets);
    const constants = new Constants(lowered, this.tableBytes + cellBytes * slots.length);
    this.table = this.linear.allocate(constants.bytes, "constants of a program");
    runtime.reclaimer.register(this, this.table);
    constants.settle(this.table, this.linear);
    this.held = slots.map(() => undefined);
    this.pointNumbers(this.table);
    this.linked = runtime.library.link((site) => writeProgram({ ...site, constants }, lowered));
    this.arenaBytes = roundUp(this.linked.bytes);
    const written = new Set(results.map(({ slot }) => slot));
    this.written = slots.map((_, slot) => written.has(slot));
    this.read = slotsOf([...steps.flatMap(({ inputs }) => inputs), ...this.kept]);
  }

  run(slots: readonly (Buffer | number)[]): readonly Buffer[] {
    const { queue } = this.runtime;
    checkOpen(this.runtime);
    // First, as whoever checks for ends may find that numbers are lost.
    const isIdle = queue?.isIdle ?? true;
    this.check(slots);
    if (queue === undefined) return this.runHere(slots);
    const joins = !isIdle || (this.linked.divided && queue.isReady);
    return joins ? this.enqueue(slots, queue) : this.runHere(slots);
  }

  /** Throws if numbers that the program reads are lost. */
  private check(slots: readonly (Buffer | number)[]): void {
    for (const slot of this.read) {
      const given = slots[slot]!;
      if (typeof given !== "number") (given as WasmBuffer).check();
    }
  }

  private runHere(slots: readonly (Buffer | number)[]): readonly Buffer[] {
    const { arena } = this.runtime;
    const staged = this.fill(slots, this.table, this.held);
    arena.reserve(this.arenaBytes + staged.bytes, this.purpose);
    this.copyStaged(staged, arena.base + this.arenaBytes, this.table);
    if (arena.base !== this.arenaBase) this.pointOutputs(arena.base);
    this.linked.run(arena.base, this.table, 0, 1);
    for (let slot = 0; slot < slots.length; slot++) if (this.written[slot]) (slots[slot] as WasmBuffer).renew();
    return this.kept.map((region) => {
      const address = this.addressOf(region, this.table);
      const read = (): TypedArray => this.linear.read(region.dtype, address, sizeOf(region.shape));
      return new WasmBuffer(region, withRoom("wasm", region, read));
    });
  }

  /** A run under way has a table, cells and staged inputs of its own, in one block. */
  private enqueue(slots: readonly (Buffer | number)[], queue: WorkQueue): readonly Buffer[] {
    const { runtime, linear } = this;
    const { arena } = runtime;
    const used = slots.filter((given): given is WasmBuffer => typeof given !== "number");
    const headBytes = roundUp(this.tableBytes + cellBytes * slots.length);
    const bytes = used.reduce((sum, { address, bytes: size }) => sum + (address > 0 ? 0 : roundUp(size)), headBytes);
    const block = linear.allocate(bytes, "the inputs of a program");
    // First, as whatever posts or checks for ends gives places back that nobody uses.
    for (const buffer of used) buffer.hold();
    try {
      this.pointNumbers(block);
      this.copyStaged(this.fill(slots, block), block + headBytes, block);
      arena.reserve(this.arenaBytes, this.purpose);
      const number = runtime.library.send(this.linked.module, queue, linear);
      const outputs = new Map<number, WasmBuffer>();
      for (const { entry } of this.linked.outputs.values()) {
        const output = WasmBuffer.expected(this.kept[entry - slots.length]!, runtime);
        outputs.set(entry, output);
        this.point(block, entry, output.address);
      }
      const ending: Ending = (error) => {
        for (const output of outputs.values()) output.arrive(runtime, error);
        if (error === undefined) return;
        for (const [slot, given] of slots.entries()) if (this.written[slot]) (given as WasmBuffer).lose(error, runtime);
      };
      const { divided, nanoseconds } = this.linked;
      const active = divided ? queue.threads : 1;
      queue.post("run", active, [number, arena.base, block], ending, nanoseconds);
      return this.kept.map((region, at) => {
        const own = outputs.get(slots.length + at);
        if (own !== undefined) return own;
        // One value may be several results.
        const source = outputs.get(entryOf(region, this.linked.outputs) ?? -1);
        return WasmBuffer.arriving(region, this.addressOf(region, block), runtime, source);
      });
    } finally {
      // Results may be inputs as they are, so the block and they stay until the results are copied.
      queue.release(block);
      queue.afterwards(() => {
        for (const buffer of used) buffer.letGo(runtime);
      });
    }
  }

  /** Points the slots of a table at their values; tells which values have no place and must be copied. */
  private fill(slots: readonly (Buffer | number)[], table: number, held?: (number | undefined)[]): StagedInputs {
    const staged: StagedInputs = { values: [], bytes: 0 };
    for (let slot = 0; slot < slots.length; slot++) {
      const given = slots[slot]!;
      if (typeof given === "number") {
        if (held === undefined || !Object.is(given, held[slot])) this.setNumber(table, slot, given);
        if (held !== undefined) held[slot] = given;
        continue;
      }
      const buffer = given as WasmBuffer;
      const data = buffer.address > 0 || this.written[slot] ? undefined : buffer.valuesToStage();
      if (data !== undefined) {
        staged.values.push({ slot, data, offset: staged.bytes });
        staged.bytes += roundUp(buffer.bytes);
        if (held !== undefined) held[slot] = undefined;
      } else {
        const address = buffer.settle(this.runtime);
        if (address === held?.[slot]) continue;
        this.point(table, slot, address);
        if (held !== undefined) held[slot] = address;
      }
    }
    return staged;
  }

  private copyStaged({ values }: StagedInputs, base: number, table: number): void {
    for (const { slot, data, offset } of values) {
      this.linear.write(this.program.slots[slot]!.dtype, base + offset, data);
      this.point(table, slot, base + offset);
    }
  }

  private pointNumbers(table: number): void {
    this.program.slots.forEach(({ kind }, slot) => {
      if (kind === "number") this.point(table, slot, this.cellOf(table, slot));
    });
  }

  private cellOf(table: number, slot: number): number {
    return table + this.tableBytes + cellBytes * slot;
  }

  private setNumber(table: number, slot: number, value: number): void {
    const { dtype } = this.program.slots[slot]!;
    this.linear.array(dtype)[this.cellOf(table, slot) / dtypes[dtype].bytes] = value;
  }

  private point(table: number, slot: number, address: number): void {
    this.linear.array("uint32")[table / 4 + slot] = address;
  }

  /** Points the entries of the results at the arena, where runs on the calling thread make them. */
  private pointOutputs(base: number): void {
    this.arenaBase = base;
    for (const [offset, { entry }] of this.linked.outputs) this.point(this.table, entry, base + offset);
  }

  private addressOf(region: Region, table: number): number {
    const { place } = region;
    const entry = place.kind === "slot" ? place.slot : entryOf(region, this.linked.outputs);
    if (entry !== undefined) return this.linear.array("uint32")[table / 4 + entry]!;
    return this.runtime.arena.base + (place as { readonly offset: number }).offset;
  }

  private readonly purpose = (): string => workingMemoryOf(this.program);
}

/** The slots among the places of regions. */
function slotsOf(regions: readonly Region[]): readonly number[] {
  return [...new Set(regions.flatMap(({ place }) => (place.kind === "slot" ? [place.slot] : [])))];
}
