import { wasm } from "@gradloom/backend-wasm";
import {
  add,
  cast,
  compile,
  div,
  type DType,
  exp,
  explain,
  less,
  max,
  mean,
  mul,
  neg,
  softmax,
  sub,
  sum,
  tanh,
  tensor,
  type Tensor,
  type TypedArray,
  useBackend,
  variable,
  vectorJacobianProduct,
} from "@gradloom/core";
import { type Backend, dtypes, type Region, rowGroups, type TensorSpec } from "@gradloom/core/backend";
import { backendSuite } from "@gradloom/testing";
import { describe, expect, test } from "vitest";
import { rowCalls, type RowWork } from "../../src/groups/group-calls.ts";
import { computations, type LoweredOperation } from "../../src/groups/computation.ts";
import type { Call } from "../../src/kernels/call.ts";
import { runnerOf, without } from "../chosen-laws.ts";

/** The backend with groups of rows of at least two elements. */
function short(): Backend {
  const backend = wasm();
  return { ...backend, supports: { ...backend.supports, groups: rowGroups({ shortest: 2, longest: 16384 }) } };
}

describe("with groups of short rows", () => {
  const isChosen = without(/ at its edges| (in|of) (u?int(8|32)|bool)\b/);
  backendSuite(short, runnerOf(isChosen, { describe, test }));
});

/** The backend without them. */
function stepwise(): Backend {
  const backend = wasm();
  return { ...backend, supports: { dtypes: backend.supports.dtypes } };
}

const [right, tested] = [stepwise(), short()];

/** Expects numbers to be alike, NaN and infinities to be the same. */
function expectAlike(what: string, got: TypedArray, expected: TypedArray, allowed: number): void {
  const at = expected.findIndex((value, place) => {
    const other = got[place]!;
    if (Object.is(value, other) || (value === 0 && other === 0)) return false;
    return !Number.isFinite(value) || !(Math.abs(value - other) <= allowed * Math.max(1, Math.abs(value)));
  });
  if (at >= 0) throw new Error(`${what}: element ${at} is ${got[at]}, expected ${expected[at]}`);
  expect(got.length).toBe(expected.length);
}

function numbers(dtype: DType, rows: number, length: number, numberAt = (at: number) => 3 * Math.sin(at * at)): Tensor {
  const data = new dtypes[dtype].array(rows * length);
  for (let at = 0; at < data.length; at++) data[at] = dtype === "bool" ? Number(numberAt(at) > 0) : numberAt(at);
  return tensor(data as TypedArray, { shape: [rows, length], dtype });
}

/** Compares what both backends make of the same numbers. */
async function check(build: (x: Tensor) => readonly Tensor[], x: Tensor, allowed = 1e-5): Promise<void> {
  const { shape, dtype } = x;
  const given = await x.data();
  const [expected, got] = await Promise.all(
    [right, tested].map(async (backend) => {
      const results = compile((input: Tensor) => build(input), { backend })(tensor(given, { shape, dtype }));
      return Promise.all(results.map((result) => result.data()));
    }),
  );
  expected!.forEach((numbersOf, at) =>
    expectAlike(`result ${at} of ${dtype} [${shape.join(", ")}]`, got![at]!, numbersOf, allowed),
  );
}

const along = { axis: 1, keepDims: true } as const;

/** Three phases with several reductions, results in all of them, elements computed again and elements kept. */
function several(x: Tensor): readonly Tensor[] {
  const centered = sub(x, mean(x, along));
  const bell = exp(neg(mul(centered, centered)));
  const share = div(bell, sum(bell, along));
  return [centered, max(x, along), share, add(max(centered, along), sum(mul(share, centered), along)), tanh(share)];
}

describe("groups of rows", () => {
  const lengths = [2, 3, 4, 5, 6, 7, 8, 9, 15, 16, 17, 31, 100, 1000];

  test("give what their steps give, for rows of any length and number", async () => {
    for (const dtype of ["float32", "float64"] as const) {
      for (const length of lengths) {
        for (const rows of [1, 2, 3, 7]) {
          await check(several, numbers(dtype, rows, length));
          await check(
            (x) => {
              const y = softmax(x);
              return [y, vectorJacobianProduct(y, mul(x, 0.5), [x])[0]!];
            },
            numbers(dtype, rows, length),
          );
        }
      }
    }
  });

  test("work on whole numbers and truth values", async () => {
    for (const length of lengths) {
      await check(
        (x) => [sum(mul(x, x), along), mul(x, sum(add(x, 1), along)), max(neg(x), along)],
        numbers("int32", 5, length, (at) => ((at * 7919) % 2003) - 1000),
        0,
      );
      await check(
        (x) => [sum(mul(x, x), along), max(add(x, x), along)],
        numbers("uint32", 5, length, (at) => at * 40503),
        0,
      );
      await check(
        (x) => [max(less(x, max(x, along)), along), sum(cast(less(x, 0), "int32"), along)],
        numbers("float32", 5, length),
        0,
      );
    }
  });

  test("keep NaN, infinities and the sign of zeros", async () => {
    const special = [NaN, -Infinity, Infinity, -0, 0, 1];
    for (let place = 0; place < 9; place++) {
      for (const one of special) {
        for (const rest of special) {
          const x = numbers("float32", 2, 9, (at) => (at % 9 === place ? one : rest));
          await check((input) => [...several(input), max(mul(input, 1.5), along), max(neg(input), along)], x);
          await check((input) => [div(1, max(mul(input, 1.5), along)), div(1, max(neg(input), along))], x);
        }
      }
    }
  });

  test("share long rows in pieces, whose totals are right to one part in a million", async () => {
    for (const [rows, length] of [
      [1, 16385],
      [2, 30001],
      [1, 1_000_003],
    ] as const) {
      const x = numbers("float32", rows, length, (at) => (at % 1013) / 1013);
      await check((input) => [sum(tanh(input), { axis: 1 }), max(tanh(input), { axis: 1 }), exp(input)], x, 1e-6);
      await check((input) => [sum(input, { axis: 1 }), max(input, { axis: 1 })], x, 1e-6);
    }
    const zeros = numbers("float32", 1, 40_000, (at) => (at < 20_001 ? -1 : at === 20_001 ? -0 : 0));
    await check((input) => [div(1, max(input, { axis: 1 })), div(1, max(mul(input, 2), { axis: 1 }))], zeros, 0);
  });

  test("read stretched values along rows, in rows of rows and in pieces", async () => {
    const [w, v] = [numbers("float32", 1, 48), numbers("float32", 5, 1)];
    const build = (x: Tensor): readonly Tensor[] => {
      const y = add(mul(x, w), v);
      return [softmax(y), sum(exp(y)), sum(mul(y, y))];
    };
    await check(build, numbers("float32", 5, 48));
    const wide = numbers("float32", 1, 200);
    await check((x) => [sum(exp(mul(x, wide))), max(add(x, wide))], numbers("float32", 300, 200));
  });

  test("write over what they no longer read, and over nothing else", async () => {
    for (const build of [
      (w: Tensor) => [softmax(w), sum(w, along)],
      (w: Tensor) => [sub(w, sum(exp(w), along)), max(mul(w, 2), along)],
      (w: Tensor) => [exp(w), mul(add(w, 1), sum(exp(w), along))],
      (w: Tensor) => [tanh(w), add(max(tanh(w), along), sum(exp(w), along))],
      (w: Tensor) => [exp(w), div(1, max(w, along))],
      (w: Tensor) => [exp(w), div(1, max(mul(w, 2), along))],
    ]) {
      const results: TypedArray[][] = [];
      for (const backend of [right, tested]) {
        useBackend(backend);
        const cell = variable(numbers("float32", 6, 37, (at) => (at % 3 === 0 ? -at / 99 : at % 2 === 0 ? 0 : -0)));
        const run = compile(() => {
          const [next, other] = build(cell.value);
          cell.assign(next!);
          return other!;
        });
        const first = await run().data();
        results.push([first, await run().data(), await cell.data()]);
      }
      results[0]!.forEach((expected, at) => expectAlike(`result ${at}`, results[1]![at]!, expected, 1e-5));
    }
  });
});

test("softmax and its gradient are one step", () => {
  const x = numbers("float32", 16, 32);
  const y = softmax(x);
  const text = explain([y, vectorJacobianProduct(y, x, [x])[0]!], { backend: wasm() });
  expect(text.split("\n").filter((line) => line.includes(" = "))).toHaveLength(1);
});

describe("calls of kernels", () => {
  /** The calls that work of some operations on one input becomes. */
  function callsOf(rows: number, length: number, body: RowWork["body"], result: TensorSpec): readonly Call[] {
    const region = (spec: TensorSpec): Region => ({ ...spec, place: { kind: "arena", offset: 0 } });
    const scratch = { reserve: region, reserveOwn: (bytes: number) => ({ offset: 0, bytes }) };
    const x = { ...region({ shape: [rows, length], dtype: "float32" }), place: { kind: "slot", slot: 0 } } as const;
    const work = { rows, length, access: ["full"] as const, body, results: [body.length - 1] };
    return rowCalls({ inputs: [x], outputs: [region(result)], attributes: work }, scratch);
  }
  const operation = (
    name: keyof typeof computations,
    inputs: readonly number[],
    phase: number,
    perRow = false,
  ): LoweredOperation => ({
    computation: computations[name]!,
    inputs,
    phase,
    perRow,
    attributes: {},
    dtype: "float32",
  });

  test("are of one kernel only where operations and all their attributes are the same", () => {
    const nameOf = (work: Partial<LoweredOperation>): string => {
      const body = [{ ...operation("neg", [0], 0), ...work }];
      return callsOf(1, 8, body, { shape: [8], dtype: "float32" })[0]!.kernel.name;
    };
    const neg = computations.neg!;
    const works: readonly Partial<LoweredOperation>[] = [
      {},
      { computation: computations.exp! },
      { computation: { ...neg, name: "#1" } },
      ...[0, -0, NaN, Infinity, "0", [0], new Float32Array([0]), { factor: 0 }].map((factor) => ({
        attributes: { factor },
      })),
      { attributes: { factor: 0, power: 1 } },
    ];
    expect(new Set(works.map(nameOf)).size).toBe(works.length);
    expect(works.map((work) => nameOf({ ...work }))).toEqual(works.map(nameOf));
  });

  test("softmax is one, a row each task", () => {
    const body = [
      operation("max", [0], 0, true),
      operation("sub", [0, ~0], 1),
      operation("exp", [~1], 1),
      operation("sum", [~2], 1, true),
      operation("div", [~2, ~3], 2),
    ];
    const calls = callsOf(1024, 1000, body, { shape: [1024, 1000], dtype: "float32" });
    expect(calls.map(({ tasks }) => tasks)).toEqual([1024]);
  });

  test("a sum of everything is one in pieces and one for their totals", () => {
    const body = [operation("exp", [0], 0), operation("sum", [~0], 0, true)];
    const calls = callsOf(1, 100_000, body, { shape: [1], dtype: "float32" });
    expect(calls.map(({ tasks }) => tasks)).toEqual([13, 1]);
  });
});
