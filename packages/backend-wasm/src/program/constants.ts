import { type DType, dtypes, type Region, type TypedArray } from "@gradloom/core/backend";
import { roundUp } from "../memory/alignment.ts";
import type { LinearMemory } from "../memory/linear-memory.ts";
import { regionOf } from "../kernels/call.ts";
import type { Lowered } from "./lower-program.ts";

/** Numbers at fixed addresses that a program brings with it: what it knows, and what it is given as a number at each run. */
export class Constants {
  /** Bytes of the block that holds everything. */
  bytes: number;
  private base = 0;
  private readonly found = new Map<
    unknown,
    { readonly dtype: DType; readonly numbers: TypedArray; readonly offset: number }
  >();

  /** Leaves `headBytes` at the start of the block for the caller. */
  constructor(lowered: Lowered, headBytes: number) {
    this.bytes = roundUp(headBytes);
    this.collect(lowered);
  }

  /** Writes the numbers into the block at an address. */
  settle(base: number, linear: LinearMemory): void {
    this.base = base;
    for (const { dtype, numbers, offset } of this.found.values()) linear.write(dtype, base + offset, numbers);
  }

  /** The address of a region that is a constant. */
  addressOf(region: Region): number {
    return this.base + this.found.get(keyOf(region))!.offset;
  }

  private collect({ items, program }: Lowered): void {
    for (const item of items) {
      if ("body" in item) {
        item.step.inputs.forEach(this.add);
        this.collect(item.body);
      } else for (const { values } of item.calls) values.map(regionOf).forEach(this.add);
    }
    for (const { region } of program.results) this.add(region);
  }

  private readonly add = (region: Region | undefined): void => {
    const key = region && keyOf(region);
    if (key === undefined || this.found.has(key)) return;
    const { place, dtype } = region!;
    const numbers = place.kind === "constant" ? new dtypes[dtype].array([place.value]) : (key as TypedArray);
    this.found.set(key, { dtype, numbers, offset: this.bytes });
    this.bytes += roundUp(numbers.byteLength);
  };
}

/** What tells constants apart; undefined for what is none. */
function keyOf({ place, dtype }: Region): string | TypedArray | undefined {
  if (place.kind === "constant") return `${dtype} ${Object.is(place.value, -0) ? "-0" : place.value}`;
  return place.kind === "data" ? place.data : undefined;
}
