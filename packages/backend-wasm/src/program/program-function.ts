import type { Callable } from "../assembler/expression.ts";
import type { Outputs } from "./addresses.ts";

/**
 * A program as a function of the address of its arena, of that of the table of its slots' addresses, of which thread it is and how many there
 * are.
 */
export interface ProgramFunction {
  readonly step: Callable;
  /** Bytes of the arena, with what kernels and inner programs need besides. */
  readonly bytes: number;
  /** About how long it takes on one thread. */
  readonly nanoseconds: number;
  /** Whether it is worth being run by several threads. */
  readonly divided: boolean;
  readonly outputs: Outputs;
}
