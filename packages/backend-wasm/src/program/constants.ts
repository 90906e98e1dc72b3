import { dtypes, loopOf, type Program, type Region, type TypedArray } from "@gradloom/core/backend";
import type { LinearMemory } from "../memory/linear-memory.ts";

/** Multiples of the widest vector, so that every dtype is aligned. */
const alignment = 16;

/** Numbers at fixed addresses that a program brings with it: what it knows, and what it is given as a number at each run. */
export class Constants {
  /** Bytes of the block that holds everything. */
  bytes: number;
  private base = 0;
  private readonly numbers = new Map<string, number>();
  private readonly tables = new Map<TypedArray, number>();
  private readonly filled: { readonly region: Region; readonly offset: number }[] = [];

  /** Leaves so many bytes at the start of the block for the caller. */
  constructor(program: Program, headBytes: number) {
    this.bytes = rounded(headBytes);
    this.collect(program);
  }

  /** Writes the numbers into the block at an address. */
  settle(base: number, linear: LinearMemory): void {
    this.base = base;
    for (const { region, offset } of this.filled) linear.write(region.dtype, base + offset, numbersOf(region));
  }

  /** The address of a region that is a constant. */
  addressOf(region: Region): number {
    return this.base + this.offsetOf(region)!;
  }

  private collect(program: Program): void {
    for (const step of program.steps) {
      for (const region of step.inputs) this.add(region);
      const loop = loopOf(step);
      if (loop !== undefined) this.collect(loop.body);
    }
    for (const { region } of program.results) this.add(region);
  }

  private add(region: Region): void {
    const { place } = region;
    if ((place.kind !== "constant" && place.kind !== "data") || this.offsetOf(region) !== undefined) return;
    const offset = this.bytes;
    if (place.kind === "constant") this.numbers.set(keyOf(region, place.value), offset);
    else this.tables.set(place.data, offset);
    this.filled.push({ region, offset });
    const size = place.kind === "constant" ? 1 : place.data.length;
    this.bytes += rounded(size * dtypes[region.dtype].bytes);
  }

  private offsetOf(region: Region): number | undefined {
    const { place } = region;
    if (place.kind === "constant") return this.numbers.get(keyOf(region, place.value));
    return place.kind === "data" ? this.tables.get(place.data) : undefined;
  }
}

function numbersOf({ place, dtype }: Region): TypedArray {
  return place.kind === "data" ? place.data : new dtypes[dtype].array([(place as { readonly value: number }).value]);
}

function keyOf({ dtype }: Region, value: number): string {
  return `${dtype} ${Object.is(value, -0) ? "-0" : value}`;
}

function rounded(bytes: number): number {
  return Math.ceil(bytes / alignment) * alignment;
}
