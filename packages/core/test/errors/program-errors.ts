import { cpu } from "@gradloom/backend-cpu";
import {
  add,
  apply,
  cast,
  commit,
  compile,
  exp,
  full,
  mul,
  primitive,
  sum,
  tensor,
  useBackend,
  variable,
  type Tensor,
} from "@gradloom/core";
import type { Backend } from "@gradloom/core/backend";
import { setDefaultDevice } from "../../src/tensor/default-device.ts";
import type { ErrorCase } from "./error-case.ts";

useBackend(cpu());
const pair = tensor([1, 2]);
const here = add(pair, 1);
const living = variable([1, 2], { name: "bias" });
commit([here]);
const { readSync: _, ...unable } = cpu();
const asynchronous: Backend = { ...unable, name: "asynchronous" };
const narrow: Backend = { ...cpu(), name: "narrow", supports: { dtypes: ["float32", "int32", "bool"] } };
const other: Backend = { ...cpu(), name: "other" };
const there = compile((x: Tensor) => add(x, 1), { backend: other })(pair);
const unknown = primitive<Readonly<Record<never, never>>>({
  name: "unknown",
  infer: ([x]) => [x!],
  grad: () => [null],
});

function without(body: () => unknown): unknown {
  setDefaultDevice(undefined);
  try {
    return body();
  } finally {
    useBackend(cpu());
  }
}

/** Calls a compiled function that sees the number of the call. */
function twice(make: (call: () => number) => (x: Tensor) => unknown): void {
  let call = -1;
  const compiled = make(() => call);
  for (call = 0; call < 2; call++) compiled(pair);
}

/** Errors of programs, backends and compiled functions. */
export const programErrors: readonly ErrorCase[] = [
  ["item-size", "item: the tensor must hold one number, [2] holds 2; reduce it or use data()", () => pair.item()],
  [
    "backend-value",
    'backend: "cpu" is no backend; give one, e.g. cpu() of @gradloom/backend-cpu',
    () => useBackend("cpu" as never),
  ],
  [
    "no-backend",
    "no backend to compute on: call useBackend(cpu()) once, or give the Trainer a backend",
    () => without(() => add(pair, 1).dataSync()),
  ],
  [
    "read-while-tracing",
    "a tensor inside a compiled function, a layer or a scan has no numbers yet; return it and read it outside",
    () => compile((x: Tensor) => [x.dataSync()[0]!] as unknown as Tensor)([1]),
  ],
  [
    "read-sync",
    "dataSync: backend asynchronous cannot wait for numbers; use await data()",
    () => compile((x: Tensor) => add(x, 1), { backend: asynchronous })(pair).dataSync(),
  ],
  [
    "backend-dtype",
    "add: backend narrow has no float64; it has float32, int32, bool, cast to one of them",
    () => compile((x: Tensor) => add(x, 1), { backend: narrow })(new Float64Array([1, 2])),
  ],
  [
    "backend-dtype",
    "cast: backend narrow has no float64; it has float32, int32, bool, cast to one of them",
    () => compile((x: Tensor) => cast(mul(cast(x, "float64"), 2), "float32"), { backend: narrow })(pair),
  ],
  [
    "backend-dtype",
    "sum: backend narrow has no uint32; it has float32, int32, bool, cast to one of them",
    () => compile((x: Tensor) => sum(x), { backend: narrow })(new Uint32Array([1, 2])),
  ],
  [
    "no-kernel",
    "unknown: backend cpu has no kernel for this primitive; give it a meaning with fused(...), or a kernel in kernelBackend({ operations })",
    () => apply(unknown, [pair], {}).dataSync(),
  ],
  [
    "no-kernel",
    "unknown: backend cpu has no kernel for this primitive; give it a meaning with fused(...), or a kernel in kernelBackend({ operations })",
    () => apply(unknown, [pair], {}).data(),
  ],
  [
    "memory",
    "cpu: the engine has no room for 8589934596.0 MiB for the working memory of a program whose largest tensors are float32 [2147483648, 1048576] of broadcast, float32 [1, 1048576] of sum, float32 [1048576] of exp; use smaller batches or variables, or compute in parts with map",
    () => exp(sum(full([2 ** 31, 2 ** 20], 1), { axis: 0 })).dataSync(),
  ],
  [
    "write-size",
    "write: a Float32Array of length 2 meets memory for float32 [3]; give a Float32Array of length 3",
    () => {
      const backend = cpu();
      backend.write(backend.allocate({ shape: [3], dtype: "float32" }), new Float32Array(2));
    },
  ],
  [
    "two-backends",
    "add: one input lives on backend other, the other on cpu; copy one with await to(tensor, backend)",
    () => add(there, here),
  ],
  [
    "two-backends",
    "assign: variable bias lives on backend cpu, the value on other; copy it with await to(...)",
    () => living.assign(there),
  ],
  [
    "two-backends",
    "compile: an argument [2] lives on backend cpu, the function runs on other; copy it with await to(tensor, backend)",
    () => compile((x: Tensor) => add(x, 1), { backend: other })(here),
  ],
  [
    "tensor-tree",
    "compile: the function returned a promise; it must return tensors (or arrays and records of tensors) and may not be async",
    () =>
      compile((async () => {
        await Promise.resolve();
        throw new Error("nobody hears of it");
      }) as unknown as () => Tensor)(),
  ],
  [
    "tensor-tree",
    "compile: the function returned lists in 101 lists; it must return tensors (or arrays and records of tensors) and may not be async",
    () => {
      const circle: Tensor[] = [pair];
      circle.push(circle as unknown as Tensor);
      return compile(() => circle)();
    },
  ],
  [
    "tensor-tree",
    "compile: the function returned an object of the class Map; it must return tensors (or arrays and records of tensors) and may not be async",
    () => compile(() => [new Map([["y", pair]]) as unknown as Tensor])(),
  ],
  [
    "tensor-tree",
    "compile: the function returned undefined; it must return tensors (or arrays and records of tensors) and may not be async",
    () => compile(() => [pair, undefined as unknown as Tensor])(),
  ],
  [
    "compile-structure",
    "compile: the function built another graph at its second call with the same shapes; what it builds may depend on shapes only, so choose between graphs outside of it, or with where(...)",
    () => twice((call) => compile((x: Tensor) => (call() === 0 ? add(x, 1) : mul(x, 2)))),
  ],
  [
    "compile-frozen",
    "compile: in mul, the number 0 was 1 at the second call; it would stay as it was at the first call, so make it an argument or a variable",
    () => twice((call) => compile((x: Tensor) => mul(x, call()))),
  ],
];
