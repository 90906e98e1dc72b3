import type { Region } from "@gradloom/core/backend";
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
}

/** The address of a region. */
export function addressOf(region: Region, { arena, slots, constants }: Addresses): Expression<"i32"> {
  const { place } = region;
  if (place.kind === "arena") return plus(arena, place.offset);
  if (place.kind === "slot") return i32.load(slots, 4 * place.slot);
  return i32.constant(constants.addressOf(region));
}

/** An address so many bytes on. */
export function plus(address: Expression<"i32">, bytes: number): Expression<"i32"> {
  return bytes === 0 ? address : i32.add(address, bytes);
}
