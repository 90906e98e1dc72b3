import {
  type Buffer,
  bytesOf,
  dtypes,
  type Executable,
  type Program,
  type Region,
  sizeOf,
  type TypedArray,
} from "@gradloom/core/backend";
import { roundUp } from "../memory/heap.ts";
import { type LinearMemory, worded } from "../memory/linear-memory.ts";
import { WasmBuffer } from "../memory/wasm-buffer.ts";
import { Constants } from "./constants.ts";
import type { Workshop } from "./workshop.ts";
import { writeProgram } from "./write-program.ts";

/** Bytes of a number that is filled in at each run. */
const cellBytes = 8;

/** A program as a WebAssembly function, with the table of its slots' addresses. */
export class WasmExecutable implements Executable {
  private readonly program: Program;
  private readonly workshop: Workshop;
  private readonly linear: LinearMemory;
  private readonly step: (arena: number, slots: number) => void;
  private readonly arenaBytes: number;
  /** The address of the table; the cells of numbers lie behind it. */
  private readonly table: number;
  private readonly cells: readonly number[];
  private readonly written: ReadonlySet<number>;
  private readonly kept: readonly Region[];
  /** What the slots hold: a number, or the address of a value; no reference to the value itself. */
  private readonly held: (number | undefined)[];
  /** Values without a place, to be copied behind the arena. */
  private readonly lent: { readonly slot: number; readonly data: TypedArray; readonly offset: number }[] = [];

  constructor(program: Program, workshop: Workshop) {
    this.program = program;
    this.workshop = workshop;
    this.linear = workshop.linear;
    const { slots, results } = program;
    const tableBytes = Math.ceil((4 * slots.length) / cellBytes) * cellBytes;
    const constants = new Constants(program, tableBytes + cellBytes * slots.length);
    this.table = this.linear.allocate(constants.bytes, "constants of a program");
    workshop.release.register(this, this.table);
    constants.settle(this.table, this.linear);
    this.held = slots.map(() => undefined);
    this.cells = slots.map((_, slot) => this.table + tableBytes + cellBytes * slot);
    slots.forEach(({ kind }, slot) => {
      if (kind === "number") this.point(slot, this.cells[slot]!);
    });
    let bytes = 0;
    this.step = workshop.library.link((module, find) => {
      const written = writeProgram(module, program, find, constants);
      bytes = written.bytes;
      return written.step;
    });
    this.arenaBytes = roundUp(bytes);
    this.written = new Set(results.flatMap(({ slot }) => (slot === undefined ? [] : [slot])));
    this.kept = results.filter(({ slot }) => slot === undefined).map(({ region }) => region);
  }

  run(slots: readonly (Buffer | number)[]): readonly Buffer[] {
    const { arena } = this.workshop;
    const lentBytes = this.fill(slots);
    arena.reserve(this.arenaBytes + lentBytes, this.purpose);
    this.copyLent();
    this.step(arena.base, this.table);
    return this.kept.map((region) => new WasmBuffer(region, this.read(region)));
  }

  /** Points the slots at their values; tells how many bytes of values have no place and are copied behind the arena. */
  private fill(slots: readonly (Buffer | number)[]): number {
    let lentBytes = 0;
    for (let slot = 0; slot < slots.length; slot++) {
      const given = slots[slot]!;
      if (typeof given === "number") {
        if (!Object.is(given, this.held[slot])) this.setNumber(slot, given);
        continue;
      }
      const buffer = given as WasmBuffer;
      const data = buffer.address > 0 || this.written.has(slot) ? undefined : buffer.lend();
      if (data !== undefined) {
        this.lent.push({ slot, data, offset: this.arenaBytes + lentBytes });
        lentBytes += roundUp(buffer.bytes);
        this.held[slot] = undefined;
      } else {
        const address = buffer.settle(this.workshop);
        if (address === this.held[slot]) continue;
        this.point(slot, address);
        this.held[slot] = address;
      }
    }
    return lentBytes;
  }

  private copyLent(): void {
    const { base } = this.workshop.arena;
    for (const { slot, data, offset } of this.lent) {
      this.linear.write(this.program.slots[slot]!.dtype, base + offset, data);
      this.point(slot, base + offset);
    }
    this.lent.length = 0;
  }

  private setNumber(slot: number, value: number): void {
    const { dtype } = this.program.slots[slot]!;
    this.linear.array(dtype)[this.cells[slot]! / dtypes[dtype].bytes] = value;
    this.held[slot] = value;
  }

  private point(slot: number, address: number): void {
    this.linear.array("uint32")[this.table / 4 + slot] = address;
  }

  private read(region: Region): ReturnType<LinearMemory["read"]> {
    const { place, shape, dtype } = region;
    const address =
      place.kind === "arena"
        ? this.workshop.arena.base + place.offset
        : this.linear.array("uint32")[this.table / 4 + (place as { readonly slot: number }).slot]!;
    return this.linear.read(dtype, address, sizeOf(shape));
  }

  private readonly purpose = (): string => {
    const regions = this.program.steps.flatMap(({ operation, outputs }) =>
      outputs.map((region) => ({ name: `${worded(region)} of ${operation.name}`, bytes: bytesOf(region) })),
    );
    const largest = regions.sort((a, b) => b.bytes - a.bytes).slice(0, 3);
    return `the working memory of a program whose largest tensors are ${largest.map(({ name }) => name).join(", ")}`;
  };
}
