import {
  callOf,
  f32,
  f32x4,
  i32,
  inFours,
  kernel,
  type Kernel,
  loadOne,
  loadQuad,
  v128,
  wasmKernel,
  type WasmKernel,
  wasmKernels,
} from "@gradloom/backend-wasm/kernels";
import type { KernelSet } from "@gradloom/core/backend";
import { distances } from "./index.ts";

/** Nanoseconds of a step of a sum. */
const stepTime = 0.5;

/** y[row, column] = Σ_k (a[row, k] - b[column, k])²; a task is a row */
const distanceKernel: Kernel<"a" | "b" | "y" | "columns" | "depth"> = /*#__PURE__*/ kernel(
  "distances float32",
  ["a", "b", "y", "columns", "depth"],
  (code, { a, b, y, columns, depth, from, to }) => {
    const rowBytes = code.let(i32.shiftLeft(depth, 2));
    const target = code.let(i32.add(y, i32.mul(from, i32.shiftLeft(columns, 2))));
    code.for(from, to, 1, (row) => {
      const other = code.let(b);
      code.repeat(columns, () => {
        const one = code.let(i32.add(a, i32.mul(row, rowBytes)));
        const sums = code.let(v128.constant(0));
        inFours(code, depth, (size) => {
          const load = size === 4 ? loadQuad : loadOne;
          const [left, right] = [one, other].map((at) => load("float32", at)[0]!);
          const difference = code.let(f32x4.sub(left!, right!));
          code.set(sums, code.multiplyAdd(f32x4, difference, difference, sums));
          for (const at of [one, other]) code.advance(at, 4 * size);
        });
        const lanes = [0, 1, 2, 3].map((lane) => f32x4.extract(sums, lane));
        code.store(
          f32,
          target,
          lanes.reduce((sum, lane) => f32.add(sum, lane)),
        );
        code.advance(target, 4);
      });
    });
  },
);

/** The kernels of this package for the WebAssembly backend. */
export const distanceKernels: KernelSet<WasmKernel> = /*#__PURE__*/ wasmKernels({
  name: "@acme/distances/wasm",
  kernels: [
    /*#__PURE__*/ wasmKernel(distances, {
      accepts: ([x]) => x!.dtype === "float32" || "float32 alone",
      calls: ({ inputs: [a, b], outputs: [y] }) => {
        const [rows, depth] = a!.shape as readonly [number, number];
        const columns = b!.shape[0]!;
        const values = { a: a!, b: b!, y: y!, columns, depth };
        return [callOf(distanceKernel, values, rows, (rows * columns * depth * stepTime) / 4)];
      },
    }),
  ],
});
