import {
  f32x4,
  f64x2,
  formulas,
  lanesOf,
  type Quad,
  v128,
  wasmFormula,
  type WasmKernel,
  wasmKernels,
} from "@gradloom/backend-wasm/kernels";
import type { KernelSet } from "@gradloom/core/backend";
import { roots } from "./index.ts";

/** The kernels of this package for the WebAssembly backend: e^(ln |x| / 3) with the sign of x, and a step of Newton's method. */
export const rootKernels: KernelSet<WasmKernel> = /*#__PURE__*/ wasmKernels({
  name: "@acme/roots/wasm",
  kernels: [
    /*#__PURE__*/ wasmFormula(roots, {
      accepts: ([x]) => x!.dtype.startsWith("float") || "floats alone",
      cost: "heavy",
      formula: (site, [x]) => {
        const { code, dtype } = site;
        const lanes = lanesOf(dtype);
        const { constant } = dtype === "float64" ? f64x2 : f32x4;
        const kept = (quad: Quad): Quad => quad.map((part) => code.let(part));
        const size = kept(x!.map((part) => lanes.abs(part)));
        const third = kept(formulas.log(site, [size], {}).map((part) => lanes.mul(part, constant(1 / 3))));
        const guess = kept(formulas.exp(site, [third], {}));
        return size.map((a, at) => {
          const y = guess[at]!;
          const square = code.let(lanes.mul(y, y));
          const better = lanes.sub(y, lanes.div(lanes.sub(lanes.mul(square, y), a), lanes.mul(square, 3)));
          const root = v128.select(lanes.equal(a, 0), a, better);
          return v128.or(root, v128.and(x![at]!, constant(-0)));
        });
      },
    }),
  ],
});
