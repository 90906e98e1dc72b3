import {
  callOf,
  f32,
  type FunctionBuilder,
  i32,
  kernel,
  type Local,
  wasmForTests,
  wasmKernel,
  type WasmKernel,
  wasmKernels,
} from "@gradloom/backend-wasm/kernels";
import { add, fused, mul, type Operation, type Tensor } from "@gradloom/core";
import type { KernelSet } from "@gradloom/core/backend";
import { kernelCase, type KernelCase, kernelSuite } from "@gradloom/testing";
import { integer } from "fast-check";
import { describe, expect, test } from "vitest";
import { collectLaws, faultOf } from "./collect-laws.ts";

/** a b + a, with a gradient of its own, which a fault may change. */
function operationOf(slope: (b: Tensor) => Tensor = (b) => add(b, 1)): Operation<object> {
  return fused<object>({
    name: "acme.pair",
    infer: ([a]) => [a!],
    compose: ([a, b]) => [add(mul(a!, b!), a!)],
    grad: ({ inputs: [a, b], incoming: [dy] }) => [() => mul(dy!, slope(b!)), () => mul(dy!, a!)],
  });
}

type Variables = Readonly<Record<"a" | "b" | "y" | "size" | "from" | "to", Local<"i32">>>;

/** Where the element of a task is. */
function placeOf(code: FunctionBuilder, base: Local<"i32">, at: Local<"i32">): Local<"i32"> {
  return code.let(i32.add(base, i32.shiftLeft(at, 2)));
}

function writeOne(code: FunctionBuilder, { a, b, y }: Variables, at: Local<"i32">, more = 0): void {
  const left = code.let(f32.load(placeOf(code, a, at)));
  const sum = f32.add(f32.mul(left, f32.load(placeOf(code, b, at))), left);
  code.store(f32, placeOf(code, y, at), more === 0 ? sum : f32.add(sum, f32.constant(more)));
}

function right(code: FunctionBuilder, variables: Variables): void {
  code.for(variables.from, variables.to, 1, (at) => writeOne(code, variables, at));
}

interface Parts {
  readonly operation?: Operation<object>;
  readonly write?: (code: FunctionBuilder, variables: Variables) => void;
  readonly accepts?: true | string;
}

/** The row and the kernels of one variant. */
function variant({ operation = operationOf(), write = right, accepts = true }: Parts): {
  readonly row: KernelCase;
  readonly kernels: KernelSet<WasmKernel>;
} {
  const target = kernel("pair", ["a", "b", "y", "size"], write);
  const entry = wasmKernel(operation, {
    accepts: ([a]) => (a!.dtype === "float32" ? accepts : "float32 alone"),
    calls: ({ inputs: [a, b], outputs: [y] }) => {
      const size = a!.shape[0]!;
      return [callOf(target, { a: a!, b: b!, y: y!, size }, size)];
    },
  });
  const row = kernelCase({
    operation,
    settings: integer({ min: 1, max: 9 }),
    inputs: (size) => [[size], [size]],
  });
  return { row, kernels: wasmKernels({ name: "@acme/pair/wasm", kernels: [entry] }) };
}

const backends = {
  "1 thread": () => wasmForTests({ threads: 1 }),
  "2 threads": () => wasmForTests({ threads: 2 }),
  "3 threads": () => wasmForTests({ threads: 3 }),
};

const good = variant({});
kernelSuite({ pair: () => good.row }, { describe, test }, { kernels: [good.kernels], backends });

function lawsOf(parts: Parts): ReturnType<typeof collectLaws> {
  const { row, kernels } = variant(parts);
  return collectLaws((runner) => kernelSuite({ pair: () => row }, runner, { kernels: [kernels], backends }));
}

const values = "gives what its meaning gives, in float32";

describe("wrong kernels are found:", () => {
  test("one that begins at the first element, whichever its first task is", async () => {
    const laws = lawsOf({
      write: (code, variables) => {
        const at = code.let(i32.constant(0));
        code.repeat(i32.sub(variables.to, variables.from), () => {
          writeOne(code, variables, at);
          code.advance(at, 1);
        });
      },
    });
    expect(await faultOf(laws, `pair > 1 thread > ${values}`)).toBe("no fault was found");
    expect(await faultOf(laws, `pair > 3 threads > ${values}`)).toMatch("element [1] is NaN");
    expect(await faultOf(laws, "pair > gives the same bits on every backend of a target")).toMatch("is NaN, expected");
  });

  test("one that leaves out the last elements", async () => {
    const laws = lawsOf({
      write: (code, variables) =>
        code.when(i32.equal(variables.to, variables.size), () =>
          code.for(0, i32.and(variables.size, -4), 1, (at) => writeOne(code, variables, at)),
        ),
    });
    expect(await faultOf(laws, `pair > 1 thread > ${values}`)).toMatch("element [0] is NaN");
  });

  test("one that adds into memory that it never cleared", async () => {
    const laws = lawsOf({
      write: (code, variables) =>
        code.for(variables.from, variables.to, 1, (at) => {
          const place = placeOf(code, variables.y, at);
          const before = code.let(f32.load(place));
          writeOne(code, variables, at);
          code.store(f32, place, f32.add(f32.load(place), before));
        }),
    });
    expect(await faultOf(laws, `pair > 1 thread > ${values}`)).toMatch("element [0] is NaN");
  });

  test("one that writes beside its output", async () => {
    const laws = lawsOf({
      write: (code, variables) => {
        right(code, variables);
        code.store(f32, placeOf(code, variables.y, code.let(variables.size)), 1);
      },
    });
    expect(await faultOf(laws, `pair > 1 thread > ${values}`)).toMatch("element [0] is NaN");
  });

  test("one that changes its inputs", async () => {
    const laws = lawsOf({
      write: (code, variables) => {
        right(code, variables);
        code.for(variables.from, variables.to, 1, (at) => code.store(f32, placeOf(code, variables.b, at), 0));
      },
    });
    expect(await faultOf(laws, `pair > 2 threads > ${values}`)).toBe("no fault was found");
    expect(
      await faultOf(
        laws,
        "pair > 2 threads > leaves its inputs and what lies beside its outputs as they are, in float32",
      ),
    ).toMatch(/output 2, float32 \[\d\]: element \[0\] is 0, expected/);
  });

  test("one with a little other numbers", async () => {
    const laws = lawsOf({
      write: (code, variables) =>
        code.for(variables.from, variables.to, 1, (at) => writeOne(code, variables, at, 0.01)),
    });
    expect(await faultOf(laws, `pair > 1 thread > ${values}`)).toMatch(/element \[0\] is .*, expected/);
  });

  test("a wrong gradient of the operation", async () => {
    const laws = lawsOf({ operation: operationOf((b) => add(b, 2)) });
    for (const law of ["of its meaning, first and second order", "of its meaning in a checkpoint"])
      expect(await faultOf(laws, `pair > 1 thread > has the derivatives ${law}, in float32`)).toMatch("output 1");
    expect(await faultOf(laws, `pair > 1 thread > ${values}`)).toBe("no fault was found");
  });

  test("one that is never run", async () => {
    const laws = lawsOf({ accepts: "nothing" });
    expect(await faultOf(laws, "pair > 1 thread > is run")).toBe(
      "acme.pair: backend wasm took the kernel in no drawn case",
    );
  });
});

test("a kernel of the last dtype alone is run", async () => {
  const { row, kernels } = variant({});
  const late: KernelCase = { ...row, dtypes: ["float64", "float32"] };
  const laws = collectLaws((runner) => kernelSuite({ pair: () => late }, runner, { kernels: [kernels], backends }));
  expect(await faultOf(laws, "pair > 1 thread > is run")).toBe("no fault was found");
});

test("a primitive without a reference has no law", () => {
  const { row } = variant({});
  const bare = { ...row.operation, compose: undefined } as never;
  expect(() => kernelCase({ operation: bare, settings: integer(), inputs: () => [] })).toThrow(
    "kernelCase: acme.pair is a primitive, which has no meaning; give a reference",
  );
});
