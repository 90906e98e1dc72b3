import { wasm } from "@gradloom/backend-wasm";
import {
  add,
  apply,
  compile,
  cumsum,
  div,
  exp,
  flip,
  iota,
  matmul,
  mean,
  mul,
  neg,
  primitive,
  scan,
  sub,
  sum,
  type Tensor,
  tensor,
  useBackend,
  variable,
} from "@gradloom/core";
import type { Region, Step } from "@gradloom/core/backend";
import { describe, expect, test } from "vitest";
import { crewOf } from "../threads/crew.ts";

const backend = wasm();
useBackend(backend);

describe("programs", () => {
  test("with groups of more operands than a function may have parameters", async () => {
    const cells = Array.from({ length: 400 }, (_, at) => variable(tensor([at, 2 * at, 3 * at])));
    const total = compile(
      () => {
        const all = cells.map(({ value }) => value).reduce((a, b) => add(a, b));
        cells[0]!.assign(mul(all, 2));
        return all;
      },
      { backend },
    );
    const half = (399 * 400) / 2;
    expect(Array.from(await total().data())).toEqual([half, 2 * half, 3 * half]);
    expect(Array.from(await cells[0]!.data())).toEqual([2 * half, 4 * half, 6 * half]);
  });

  test("with groups of more operations than a function may have variables for", async () => {
    const x = tensor(
      Float32Array.from({ length: 4 * 20 }, (_, at) => Math.sin(at)),
      { shape: [4, 20] },
    );
    let y = x;
    for (let at = 0; at < 4000; at++) y = exp(neg(y));
    for (const value of await y.data()) expect(value).toBeCloseTo(0.567143, 5);
    let z = x;
    for (let at = 0; at < 200; at++) z = sub(z, mul(mean(z, { axis: 1, keepDims: true }), 0.5));
    const centered = await sub(x, mean(x, { axis: 1, keepDims: true })).data();
    (await z.data()).forEach((value, at) => expect(value).toBeCloseTo(centered[at]!, 5));
  });

  test("of more steps than a call has arguments run", () => {
    const region = (slot: number): Region => ({ place: { kind: "slot", slot }, shape: [1, 1, 1], dtype: "float32" });
    const { operation, attributes } = cumsum(tensor([1])).node.inputs[0]!.node;
    const step: Step = { operation, attributes, inputs: [region(0)], outputs: [region(1)] };
    const steps = new Array<Step>(200_000).fill(step);
    const slot = { kind: "buffer", shape: [1, 1, 1], dtype: "float32" } as const;
    const results = [{ region: region(1), slot: 1 }];
    const [from, to] = [backend.allocate(slot), backend.allocate(slot)];
    backend.write(from, new Float32Array([5]));
    backend.compile({ slots: [slot, slot], steps, results, arenaBytes: 0 }).run([from, to]);
    expect(Array.from(backend.readSync!(to))).toEqual([5]);
  });

  test("of several functions run in threads, each step after the last", async () => {
    const { backend: crew } = await crewOf(2);
    // Flipping moves each row to the other thread; the sums along rows of [a, 0] are [a, a], then [a, 2 a], ...
    const chain = compile(
      (x: Tensor) => {
        let y = x;
        for (let step = 0; step < 3_000; step++) y = cumsum(flip(y, 0), { axis: 1 });
        return y;
      },
      { backend: crew },
    );
    const rows = Float32Array.from({ length: 80 }, (_, at) => (at % 2 === 0 ? at / 2 : 0));
    const sums = rows.map((value, at) => (at % 2 === 0 ? value : (3_000 * (at - 1)) / 2));
    expect(Array.from(await chain(tensor(rows, { shape: [40, 2] })).data())).toEqual(Array.from(sums));
  });

  test("with a primitive of others are refused with what to do", () => {
    for (const traits of [{}, { elementwise: true }, { reduction: true }]) {
      const own = primitive({ name: "cubeRoot", infer: ([x]) => [x!], grad: () => [null], traits });
      expect(() => compile((x: Tensor) => apply(own, [x], {}), { backend })([8])).toThrow(
        "cubeRoot: backend wasm has no kernel for this primitive; give it a meaning with fused(...), or run it on kernelBackend({ operations })",
      );
    }
  });

  test("give the same bits in every run", async () => {
    const x = tensor(
      Float32Array.from({ length: 60 * 300 }, (_, at) => Math.sin(at)),
      { shape: [60, 300] },
    );
    const step = compile((given: Tensor) => matmul(given, given, { transposeB: true }), { backend });
    const first = await step(x).data();
    for (let run = 0; run < 5; run++) expect(await step(x).data()).toEqual(first);
  });

  test("that share kernels do not disturb each other", async () => {
    const square = compile((x: Tensor) => mul(x, x), { backend });
    const longer = compile((x: Tensor) => sum(mul(x, x)), { backend });
    const first = square([1, 2, 3]);
    const second = longer([1, 2, 3, 4]);
    expect(Array.from(await square([5, 6, 7]).data())).toEqual([25, 36, 49]);
    expect(Array.from(await first.data())).toEqual([1, 4, 9]);
    expect(Array.from(await second.data())).toEqual([30]);
  });
});

describe("loops", () => {
  test("inside loops carry, walk and stack at both levels", async () => {
    // Row by row, running sums that start at the row's number of the outer sequence; the outer carry counts what came out.
    const nested = compile(
      (rows: Tensor, starts: Tensor) => {
        const { carry, output } = scan(
          ([count], [row, start]) => {
            const inner = scan(
              ([running], [value]) => {
                const next = add(running!, value!);
                return { carry: [next], output: [next] };
              },
              { initial: [start!], sequences: [row!] },
            );
            return { carry: [add(count!, inner.carry[0]!)], output: [inner.output[0]!] };
          },
          { initial: [tensor(0)], sequences: [rows, starts] },
        );
        return [output[0]!, carry[0]!];
      },
      { backend },
    );
    const [sums, count] = nested(
      [
        [1, 2, 3],
        [4, 5, 6],
      ],
      [10, 20],
    );
    expect(Array.from(await sums!.data())).toEqual([11, 13, 16, 24, 29, 35]);
    expect(Array.from(await count!.data())).toEqual([51]);
  });

  test("of no steps give their first carries", async () => {
    const none = compile((x: Tensor) => scan(([a]) => ({ carry: [add(a!, 1)] }), { initial: [x], length: 0 }).carry, {
      backend,
    });
    expect(Array.from(await none([1, 2])[0]!.data())).toEqual([1, 2]);
  });

  test("may use working memory larger than that around them", async () => {
    const step = compile(
      (x: Tensor) =>
        scan(([total]) => ({ carry: [add(total!, sum(cumsum(cumsum(iota(5000)))))] }), { initial: [x], length: 3 })
          .carry[0]!,
      { backend },
    );
    const expected = Array.from({ length: 5000 }, (_, at) => at);
    for (let round = 0; round < 2; round++)
      for (let at = 1; at < 5000; at++) expected[at] = (expected[at]! + expected[at - 1]!) | 0;
    const once = expected.reduce((a, b) => (a + b) | 0, 0);
    expect(Array.from(await step(tensor(0, { dtype: "int32" })).data())).toEqual([(3 * once) | 0]);
  });
});

test("numbers are filled in at every run, the sign of zero included", async () => {
  const quotient = compile((x: Tensor, divisor: Tensor) => div(x, divisor), { backend });
  const results: number[] = [];
  for (const divisor of [2, 0, -0, 0, NaN, NaN, 1152]) results.push((await quotient([1152], divisor).data())[0]!);
  expect(results).toEqual([576, Infinity, -Infinity, Infinity, NaN, NaN, 1]);
});
