import { bytesOf, type Region } from "@gradloom/core/backend";
import type { Expression, Local } from "../assembler/expression.ts";
import { i32 } from "../assembler/scalars.ts";
import type { Constants } from "./constants.ts";

/** Finds addresses while a program runs. */
export interface Addresses {
  readonly arena: Local<"i32">;
  readonly slots: Local<"i32">;
  /** Which of the threads this is. */
  readonly thread: Local<"i32">;
  readonly constants: Constants;
  readonly outputs: Outputs;
}

/** Results that every run writes to a place of its own: where in the table its address is, by the offset that they would have in the arena. */
export type Outputs = ReadonlyMap<number, { readonly entry: number; readonly bytes: number }>;

/** The entry of a region that is such a result, or has its place before. */
export function entryOf(region: Region, outputs: Outputs): number | undefined {
  if (region.place.kind !== "arena") return undefined;
  const output = outputs.get(region.place.offset);
  return output?.bytes === bytesOf(region) ? output.entry : undefined;
}

/** The address of a region. */
export function addressOf(region: Region, { arena, slots, constants, outputs }: Addresses): Expression<"i32"> {
  const { place } = region;
  const entry = entryOf(region, outputs);
  if (entry !== undefined) return i32.load(slots, 4 * entry);
  if (place.kind === "arena") return plus(arena, place.offset);
  if (place.kind === "slot") return i32.load(slots, 4 * place.slot);
  return i32.constant(constants.addressOf(region));
}

/** The address `bytes` further. */
export function plus(address: Expression<"i32">, bytes: number): Expression<"i32"> {
  return bytes === 0 ? address : i32.add(address, bytes);
}
