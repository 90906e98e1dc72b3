import * as core from "@gradloom/core";
import type { Shape } from "@gradloom/core";
import { type Arbitrary, boolean, constantFrom, record, tuple } from "fast-check";
import { elementAt, fromIndices, stretchedShape, withinShape } from "../host-array.ts";
import { sizes, stretchingShapes } from "../shapes.ts";
import { type FunctionCase, functionCase } from "./function-case.ts";
import { numeric } from "./primitive-case.ts";

function products(): Arbitrary<{
  readonly lead: readonly Shape[];
  readonly rows: number;
  readonly inner: number;
  readonly columns: number;
}> {
  const lead = stretchingShapes(2, { maxRank: 2, empty: false });
  return record({ lead, rows: sizes(), inner: sizes(), columns: sizes() });
}

/** The rows of the products of matrices and vectors. */
export const matmulFunctions = {
  matmul: (): FunctionCase =>
    functionCase({
      settings: tuple(
        products(),
        boolean(),
        boolean(),
        constantFrom("matrices", "matrices", "row", "column", "vectors"),
      ).map(([sizesOf, transposeA, transposeB, kind]) => ({ ...sizesOf, transposeA, transposeB, kind })),
      inputs: ({ lead, rows, inner, columns, transposeA, transposeB, kind }) => [
        {
          shape:
            kind === "row" || kind === "vectors"
              ? [inner]
              : [...lead[0]!, ...(transposeA ? [inner, rows] : [rows, inner])],
        },
        {
          shape:
            kind === "column" || kind === "vectors"
              ? [inner]
              : [...lead[1]!, ...(transposeB ? [columns, inner] : [inner, columns])],
        },
      ],
      call: ([a, b], { transposeA, transposeB }) => core.matmul(a!, b!, { transposeA, transposeB }),
      reference: ([a, b], { rows, inner, columns, transposeA, transposeB }) => {
        const rowVector = a!.shape.length === 1;
        const columnVector = b!.shape.length === 1;
        const [leadA, leadB] = [a!.shape.slice(0, -2), b!.shape.slice(0, -2)];
        const lead = stretchedShape([leadA, leadB]);
        const shape = [...lead, ...(rowVector ? [] : [rows]), ...(columnVector ? [] : [columns])];
        return fromIndices(shape, a!.dtype, (index) => {
          const batch = index.slice(0, lead.length);
          const [row, column] = [index[lead.length]!, index.at(-1)!];
          let total = 0;
          for (let at = 0; at < inner; at++) {
            const inA = rowVector ? [at] : [...withinShape(batch, leadA), ...(transposeA ? [at, row] : [row, at])];
            const inB = columnVector
              ? [at]
              : [...withinShape(batch, leadB), ...(transposeB ? [column, at] : [at, column])];
            total += elementAt(a!, inA) * elementAt(b!, inB);
          }
          return total;
        });
      },
      dtypes: numeric,
    }),
};
