import { largestError } from "../arrays.ts";
import { peakOperations, peakSum } from "../engine.ts";
import type { Group, Row } from "../workload.ts";

function row(name: string, relaxed: boolean): Row {
  return {
    name,
    parameters: { relaxed },
    inputs: () => ({}),
    check:
      () =>
      ({ sum }) =>
        largestError(sum, [peakSum]),
    operations: peakOperations,
  };
}

/** How fast WebAssembly multiplies and adds on this machine, which no program for it can exceed. */
export const peak: Group = {
  name: "peak",
  title: "What the engine can do",
  about:
    "Multiplications and additions of 128-bit vectors in registers alone, as two instructions and, where the engine has relaxed SIMD, as one: the ceiling of matrix products in WebAssembly on one thread.",
  rows: [row("multiply-add", false), row("relaxed-multiply-add", true)],
  tolerance: 1e-6,
  participants: ["engine"],
};
