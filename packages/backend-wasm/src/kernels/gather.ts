import { type DType, dtypes, type None, type Primitives } from "@gradloom/core/backend";
import type { Expression, Local } from "../assembler/expression.ts";
import { i32, select, strided } from "../assembler/scalars.ts";
import { callOf, type Lowering } from "./call.ts";
import { type Kernel, kernel, minimum } from "./kernel.ts";
import { clearCall } from "./movement.ts";
import { addRun, copyRun } from "./runs.ts";

/** The index at a place of the list, clamped into an axis of the length. */
function indexAt(indices: Local<"i32">, place: Expression<"i32">, length: Local<"i32">): Expression<"i32"> {
  const index = i32.load(strided(indices, [place, 4]));
  const below = minimum(index, i32.sub(length, 1));
  return select(i32.less(below, i32.constant(0)), i32.constant(0), below);
}

/** y[outer, k, inner] = x[outer, indices[k], inner]; a task is a row of `bytes` bytes, length ≥ 1 */
function gatherKernel(elementBytes: number): Kernel<"x" | "indices" | "y" | "count" | "length" | "bytes"> {
  return kernel(
    `gather ${elementBytes}`,
    ["x", "indices", "y", "count", "length", "bytes"],
    (code, { x, indices, y, count, length, bytes, from, to }) => {
      code.for(from, to, 1, (row) => {
        const [outer, place] = code.divide(row, count);
        const index = code.let(indexAt(indices, place, length));
        const source = strided(x, [strided(index, [outer, length]), bytes]);
        copyRun(code, elementBytes, strided(y, [row, bytes]), source, bytes);
      });
    },
  );
}

/** y[outer, k, inner] = x[outer, indices[k], inner]; indices are clamped into the axis, an empty axis gives 0 */
export const gather: Lowering<None> = ({ inputs: [x, indices], outputs: [y] }) => {
  const [outer, length, inner] = x!.shape as readonly [number, number, number];
  if (length === 0) return [clearCall(y!)];
  const count = indices!.shape[0]!;
  const { bytes } = dtypes[x!.dtype];
  const values = { x: x!, indices: indices!, y: y!, count, length, bytes: inner * bytes };
  return [callOf(gatherKernel(bytes), values, outer * count)];
};

/** y[outer, p, inner] += Σ x[outer, k, inner] over the k with indices[k] = p; a task is an outer index, length ≥ 1 */
function scatterKernel(dtype: DType): Kernel<"x" | "indices" | "y" | "count" | "length" | "inner"> {
  return kernel(
    `scatterAdd ${dtype}`,
    ["x", "indices", "y", "count", "length", "inner"],
    (code, { x, indices, y, count, length, inner, from, to }, module) => {
      const bytes = code.let(i32.mul(inner, dtypes[dtype].bytes));
      code.for(from, to, 1, (outer) =>
        code.for(0, count, 1, (place) => {
          const source = strided(x, [strided(place, [outer, count]), bytes]);
          const row = strided(indexAt(indices, place, length), [outer, length]);
          addRun(code, module, dtype, strided(y, [row, bytes]), source, inner);
        }),
      );
    },
  );
}

/** y[outer, p, inner] = Σ x[outer, k, inner] over the k with indices[k] = p; indices are clamped into the axis */
export const scatterAdd: Lowering<Primitives["scatterAdd"]> = ({
  inputs: [x, indices],
  outputs: [y],
  attributes: { length },
}) => {
  const [outer, count, inner] = x!.shape as readonly [number, number, number];
  const values = { x: x!, indices: indices!, y: y!, count, length, inner };
  return [clearCall(y!), callOf(scatterKernel(x!.dtype), values, length === 0 ? 0 : outer)];
};
