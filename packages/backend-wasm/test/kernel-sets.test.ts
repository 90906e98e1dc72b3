import { wasm } from "@gradloom/backend-wasm";
import {
  callOf,
  f32x4,
  formulas,
  i32,
  f32,
  kernel,
  type Kernel,
  type KernelScratch,
  lowerings,
  wasmForTests,
  wasmFormula,
  wasmKernel,
  type WasmKernel,
  type WasmKernelEntry,
  wasmKernels,
} from "@gradloom/backend-wasm/kernels";
import {
  add,
  apply,
  build,
  compile,
  define,
  explain,
  fused,
  mul,
  type Operation,
  primitive,
  scan,
  sum,
  tensor,
  type Tensor,
  type Traits,
  where,
} from "@gradloom/core";
import { hostKernels, type KernelSet, KernelSets } from "@gradloom/core/backend";
import { expect, test } from "vitest";

/** x + 1 by its meaning; kernels of these tests do something else, so that a result tells what ran. */
function operationOf(name = "acme.shift", traits: Omit<Traits, "kernel"> = {}): Operation<object> {
  return fused<object>({ name, infer: ([x]) => [x!], compose: ([x]) => [add(x!, 1)], traits });
}

const elementwise = { elementwise: true } as const;

/** y = x + number of float32; a task is an element. The name does not tell the number. */
function adding(number: number, name = "add"): Kernel<"x" | "y"> {
  return kernel(name, ["x", "y"], (code, { x, y, from, to }) =>
    code.for(from, to, 1, (at) => {
      const place = code.let(i32.shiftLeft(at, 2));
      code.store(f32, i32.add(y, place), f32.add(f32.load(i32.add(x, place)), number));
    }),
  );
}

function entryOf(operation: Operation<object>, number: number, name?: string): WasmKernelEntry {
  return wasmKernel(operation, {
    accepts: ([x]) => x!.dtype === "float32" || "float32 alone",
    calls: ({ inputs: [x], outputs: [y] }) => [callOf(adding(number, name), { x: x!, y: y! }, x!.shape[0]!)],
  });
}

function setOf(operation: Operation<object>, number: number, name = "@acme/shift/wasm"): KernelSet<WasmKernel> {
  return wasmKernels({ name, kernels: [entryOf(operation, number)] });
}

function formulaSet(...entries: readonly WasmKernelEntry[]): KernelSet<WasmKernel> {
  return wasmKernels({ name: "@acme/roots/wasm", kernels: entries });
}

/** What the function of [1, 2, 3, 4, 5] gives on a backend with these sets. */
function numbers(kernels: readonly KernelSet[], call: (x: Tensor) => Tensor, dtype = "float32" as const): number[] {
  const backend = wasm({ kernels, threads: 1 });
  return Array.from(compile(call, { backend })(tensor([1, 2, 3, 4, 5], { dtype })).dataSync());
}

test("a set computes its operations, and no other of their names", () => {
  const [shift, other] = [operationOf(), operationOf()];
  const sets = [setOf(shift, 10)];
  expect(numbers(sets, (x) => apply(shift, [x], {}))).toEqual([11, 12, 13, 14, 15]);
  expect(numbers(sets, (x) => apply(other, [x], {}))).toEqual([2, 3, 4, 5, 6]);
});

test("a set comes by the plugins of a model, and sets for other backends stay away", () => {
  const shift = operationOf();
  const layer = define("layer", "acme.layer", {}, () => ({
    build: (input) => ({ output: input, call: (x: Tensor) => apply(shift, [x], {}) }),
  }));
  const host = hostKernels({ name: "@acme/shift/cpu", target: "cpu", kernels: new Map() });
  const backend = wasm({ threads: 1, kernels: [host] });
  const model = build(layer({}), { input: [1], plugins: [backend, host, setOf(shift, 10)] });
  const called = compile((x: Tensor) => model.call(x) as Tensor, { backend });
  expect(called([[5]]).dataSync()[0]).toBe(15);
});

test("a refused dtype is computed by the meaning", () => {
  const shift = operationOf();
  const backend = wasm({ kernels: [setOf(shift, 10)], threads: 1 });
  const y = apply(shift, [tensor([1], { dtype: "float64" })], {});
  expect(explain(y, { backend })).toMatch(/\nacme\.shift by its meaning: float32 alone$/);
});

test("kernels of one name in two sets do not meet, whichever comes first", () => {
  const [a, b] = [operationOf("acme.a"), operationOf("beta.b")];
  const sets = [
    wasmKernels({ name: "@acme/a", kernels: [entryOf(a, 10, "pack")] }),
    wasmKernels({ name: "@beta/b", kernels: [entryOf(b, 100, "pack")] }),
  ];
  for (const kernels of [sets, sets.toReversed()]) {
    expect(numbers(kernels, (x) => apply(b, [apply(a, [x], {})], {}))).toEqual([111, 112, 113, 114, 115]);
    expect(numbers(kernels, (x) => apply(a, [apply(b, [x], {})], {}))).toEqual([111, 112, 113, 114, 115]);
  }
});

test("kernels of the toolkit keep their names, so that all share them", () => {
  const total = fused<object>({
    name: "acme.total",
    infer: ([x]) => [{ shape: [], dtype: x!.dtype }],
    compose: ([x]) => [sum(x!)],
  });
  const entry = wasmKernel(total, {
    calls: ({ inputs: [x], outputs: [y] }, scratch) => {
      const line = { ...x!, shape: [1, x!.shape[0]!, 1] };
      return lowerings.sum({ inputs: [line], outputs: [{ ...y!, shape: [1, 1] }], attributes: {} }, scratch);
    },
  });
  const set = wasmKernels({ name: "@acme/total", kernels: [entry] });
  expect(numbers([set], (x) => apply(total, [x], {}))).toEqual([15]);
});

test("formulas join groups, by the identity of their operations", () => {
  const [double, triple] = [operationOf("acme.same", elementwise), operationOf("acme.same", elementwise)];
  const times = (operation: Operation<object>, factor: number): WasmKernelEntry =>
    wasmFormula(operation, { cost: "light", formula: (_, [x]) => x!.map((part) => f32x4.mul(part, factor)) });
  const sets = [formulaSet(times(double, 2), times(triple, 3))];
  const both = (x: Tensor): Tensor => add(apply(double, [x], {}), mul(apply(triple, [x], {}), 100));
  const other = (x: Tensor): Tensor => add(apply(triple, [x], {}), mul(apply(double, [x], {}), 100));
  const backend = wasm({ kernels: sets, threads: 1 });
  const found = [both, other].map((call) => Array.from(compile(call, { backend })([1, 2, 3]).dataSync()));
  expect(found).toEqual([
    [302, 604, 906],
    [203, 406, 609],
  ]);
  const text = explain(both(tensor([1, 2, 3])), { backend });
  expect(text.split("\n").filter((line) => line.includes(" = "))).toHaveLength(1);
  const rows = (x: Tensor): Tensor => sum(apply(triple, [x.reshape([1, 5])], {}), { axis: 1 });
  expect(numbers(sets, rows)).toEqual([45]);
});

test("formulas are made of those of the toolkit, in both float dtypes", () => {
  const half = operationOf("acme.half", elementwise);
  const set = formulaSet(
    wasmFormula(half, {
      accepts: ([x]) => x!.dtype.startsWith("float") || "floats alone",
      cost: "heavy",
      formula: (site, [x]) => {
        const squared = formulas.mul(site, [x!, x!], {}).map((part) => site.code.let(part));
        return formulas.log(site, [squared], {});
      },
    }),
  );
  for (const dtype of ["float32", "float64"] as const) {
    const values = numbers([set], (x) => apply(half, [x.cast(dtype)], {}));
    values.forEach((value, at) => expect(value).toBeCloseTo(2 * Math.log(at + 1), 6));
  }
});

test("a formula may give another dtype, and is told which", () => {
  const isLarge = fused<object>({
    name: "acme.isLarge",
    infer: ([x]) => [{ shape: x!.shape, dtype: "bool" }],
    compose: ([x]) => [x!.greater(2)],
    traits: elementwise,
  });
  const seen: string[] = [];
  const set = formulaSet(
    wasmFormula(isLarge, {
      cost: "light",
      formula: (site, [x]) => {
        seen.push(`${site.dtype} ${site.result}`);
        return [f32x4.greater(x![0]!, 3)];
      },
    }),
  );
  expect(numbers([set], (x) => where(apply(isLarge, [x], {}), x, 0))).toEqual([0, 0, 0, 4, 5]);
  expect(new Set(seen)).toEqual(new Set(["float32 bool"]));
});

test("a formula that gives what is no quad of the dtype is refused by the name of its operation", () => {
  const odd = operationOf("acme.odd", elementwise);
  const set = formulaSet(wasmFormula(odd, { cost: "light", formula: (_, [x]) => [f32x4.neg(x![0]!)] }));
  const run = (dtype: "float32" | "float64") => () => numbers([set], (x) => apply(odd, [x.cast(dtype)], {}));
  expect(run("float32")()).toEqual([-1, -2, -3, -4, -5]);
  expect(run("float64")).toThrow(
    "acme.odd: its formula gives [v128] for four elements of float64; it must give [v128, v128]",
  );
});

test("a primitive of others runs by its kernel", () => {
  const bare = primitive<object>({ name: "acme.bare", infer: ([x]) => [x!], grad: () => [null] });
  expect(numbers([setOf(bare, 10)], (x) => apply(bare, [x], {}))).toEqual([11, 12, 13, 14, 15]);
});

/** An operation whose kernel adds a table, which it brings with it. */
function tableSet(operation: Operation<object>, table: Float32Array): KernelSet<WasmKernel> {
  const addTable = kernel("addTable", ["x", "table", "y"], (code, { x, table: t, y, from, to }) =>
    code.for(from, to, 1, (at) => {
      const place = code.let(i32.shiftLeft(at, 2));
      code.store(f32, i32.add(y, place), f32.add(f32.load(i32.add(x, place)), f32.load(i32.add(t, place))));
    }),
  );
  const entry = wasmKernel(operation, {
    calls: ({ inputs: [x], outputs: [y] }, scratch) => [
      callOf(addTable, { x: x!, table: scratch.constant(table, x!), y: y! }, x!.shape[0]!),
    ],
  });
  return wasmKernels({ name: "@acme/table", kernels: [entry] });
}

test("a kernel brings known numbers with it, in loops too", () => {
  const shift = operationOf();
  const set = tableSet(shift, Float32Array.of(10, 20, 30, 40, 50));
  expect(numbers([set], (x) => apply(shift, [x], {}))).toEqual([11, 22, 33, 44, 55]);
  const looped = (x: Tensor): Tensor =>
    scan(([carry]) => ({ carry: [apply(shift, [carry!], {})] }), { initial: [x], sequences: [], length: 3 }).carry[0]!;
  expect(numbers([set], looped)).toEqual([31, 62, 93, 124, 155]);
});

test("known numbers that are not those of their shape are refused", () => {
  const shift = operationOf();
  const run = (table: Float32Array) => () => numbers([tableSet(shift, table)], (x) => apply(shift, [x], {}));
  expect(run(Float32Array.of(1, 2))).toThrow(
    "acme.shift: its kernel gives a constant of 2 numbers in Float32Array for float32 [5]; give as many, in Float32Array",
  );
  expect(run(Int32Array.of(1, 2, 3, 4, 5) as never)).toThrow(
    "acme.shift: its kernel gives a constant of 5 numbers in Int32Array for float32 [5]; give as many, in Float32Array",
  );
});

test("a call without an argument, or of no whole number of tasks, is refused", () => {
  const shift = operationOf();
  const run = (values: object, tasks: number) => () => {
    const calls: Parameters<typeof wasmKernel>[1]["calls"] = ({ inputs: [x], outputs: [y] }) => [
      callOf(adding(1), { x: x!, y: y!, ...values } as never, tasks),
    ];
    return numbers([wasmKernels({ name: "@acme/wrong", kernels: [wasmKernel(shift, { calls })] })], (x) =>
      apply(shift, [x], {}),
    );
  };
  expect(run({ y: undefined }, 5)).toThrow(
    "callOf: add is called without y; give every argument, and a whole number of tasks",
  );
  expect(run({}, 2.5)).toThrow("callOf: add is called for 2.5 tasks; give every argument, and a whole number of tasks");
});

test("sets of another copy of the toolkit, or with two kernels for an operation are refused", () => {
  const shift = operationOf();
  const set = setOf(shift, 10);
  expect(() => set.join(new KernelSets("wasm"), {})).toThrow(
    "the kernels of @acme/shift/wasm were made by another copy of @gradloom/backend-wasm; a program needs one copy, npm ls @gradloom/backend-wasm shows them",
  );
  expect(() => wasmKernels({ name: "@acme/twice", kernels: [entryOf(shift, 1), entryOf(shift, 2)] })).toThrow(
    "@acme/twice: it has two kernels for acme.shift; leave one out",
  );
});

test("the backend for tests gives kernels memory that is not zero, whatever the number of threads", async () => {
  const shift = operationOf();
  const seen: KernelScratch[] = [];
  /** Adds into what it never cleared. */
  const adds = kernel("adds", ["x", "y", "own"], (code, { x, y, own, from, to }) =>
    code.for(from, to, 1, (at) => {
      const [source, target] = [x, y].map((base) => code.let(i32.add(base, i32.shiftLeft(at, 2))));
      code.store(f32, target!, f32.add(f32.add(f32.load(target!), f32.load(own)), f32.load(source!)));
    }),
  );
  const entry = wasmKernel(shift, {
    calls: ({ inputs: [x], outputs: [y] }, scratch) => {
      seen.push(scratch);
      const other = scratch.reserve(x!);
      return [
        callOf(adds, { x: x!, y: other, own: scratch.reserveOwn(4) }, x!.shape[0]!),
        callOf(adding(0), { x: other, y: y! }, x!.shape[0]!),
      ];
    },
  });
  const set = wasmKernels({ name: "@acme/uncleared", kernels: [entry] });
  for (const threads of [1, 2, 3]) {
    const backend = await wasmForTests({ threads });
    expect(backend.threads).toBe(threads);
    expect([backend.extend(set), backend.extend(set)]).toEqual([true, false]);
    const run = compile((x: Tensor) => apply(shift, [x], {}), { backend });
    for (let round = 0; round < 3; round++)
      expect(Array.from(await run([1, 2, 3, 4, 5]).data())).toEqual(new Array(5).fill(NaN));
    await backend.dispose();
  }
  expect(seen.length).toBe(3);
});
