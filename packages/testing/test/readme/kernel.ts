import { f32x4, wasmForTests, wasmFormula, wasmKernels } from "@gradloom/backend-wasm/kernels";
import { fused, mul } from "@gradloom/core";
import { kernelCase, kernelSuite, shapes } from "@gradloom/testing";
import { describe, test } from "vitest";

const double = fused<object>({
  name: "acme.double",
  infer: ([x]) => [x!],
  compose: ([x]) => [mul(x!, 2)],
  traits: { elementwise: true },
});
const kernels = wasmKernels({
  name: "@acme/double/wasm",
  kernels: [
    wasmFormula(double, {
      accepts: ([x]) => x!.dtype === "float32" || "float32 alone",
      cost: "light",
      formula: (_, [x]) => x!.map((vector) => f32x4.add(vector, vector)),
    }),
  ],
});

kernelSuite(
  { double: () => kernelCase({ operation: double, settings: shapes({ empty: false }), inputs: (shape) => [shape] }) },
  { describe, test },
  {
    kernels: [kernels],
    backends: {
      "one thread": () => wasmForTests({ threads: 1 }),
      "three threads": () => wasmForTests({ threads: 3 }),
    },
  },
);
