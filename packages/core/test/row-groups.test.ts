import { cpu } from "@gradloom/backend-cpu";
import {
  add,
  broadcastTo,
  compile,
  div,
  exp,
  explain,
  flip,
  gradients,
  log,
  logicalNot,
  logSoftmax,
  logSumExp,
  matmul,
  max,
  mean,
  mul,
  reshape,
  softmax,
  sqrt,
  sub,
  sum,
  tanh,
  tensor,
  transpose,
  useBackend,
  type Tensor,
  variable,
  variance,
  vectorJacobianProduct,
} from "@gradloom/core";
import { type Backend, type Program, rowGroups } from "@gradloom/core/backend";
import { describe, expect, test } from "vitest";
import { printProgram } from "../src/program/print-program.ts";

const plain = cpu();
const programs: Program[] = [];

/** A backend that takes groups of rows; it only notes its programs. */
const backend: Backend = {
  ...plain,
  supports: { ...plain.supports, groups: rowGroups({ shortest: 8, longest: 64 }) },
  compile: (program) => (programs.push(program), { run: () => [] }),
};

function numbers(...shape: readonly number[]): Tensor {
  return tensor(new Float32Array(shape.reduce((size, length) => size * length, 1)), { shape });
}

/** The steps of the program, without slots, results and size. */
function steps(tensors: Tensor | readonly Tensor[], on: Backend = backend): readonly string[] {
  return explain(tensors, { backend: on })
    .split("\n")
    .filter((line) => line.includes(" = "));
}

useBackend(backend);

const x = numbers(16, 32);
const dy = numbers(16, 32);

/** (x - mean) / √(variance + ε) γ + β along the last axis */
function normalized(input: Tensor, scale: Tensor, shift: Tensor): Tensor {
  const centered = sub(input, mean(input, { axis: -1, keepDims: true }));
  const spread = mean(mul(centered, centered), { axis: -1, keepDims: true });
  return add(mul(div(centered, sqrt(add(spread, 1e-5))), scale), shift);
}

describe("one group of rows", () => {
  test("is softmax", () => {
    expect(steps(softmax(x))).toEqual([
      "@0 float32 [16, 32, 1] = { rows of 32: t2 = exp(sub(slot 0, max(slot 0))); div(t2, sum(t2)) }",
    ]);
  });

  test("is softmax with its gradient", () => {
    const y = softmax(x);
    expect(steps([y, vectorJacobianProduct(y, dy, [x])[0]!])).toEqual([
      "@0 float32 [16, 32, 1], @2048 float32 [16, 32, 1] = { rows of 32: t2 = exp(sub(slot 0, max(slot 0))); t4 = div(t2, sum(t2)); " +
        "t5 = mul(slot 1, t4); t4, sub(t5, mul(t4, sum(t5))) }",
    ]);
  });

  test("is logSoftmax, logSumExp, variance or a cross-entropy, each with its gradient", () => {
    const functions = [
      (a: Tensor) => logSoftmax(a),
      (a: Tensor) => logSumExp(a, { axis: -1 }),
      (a: Tensor) => variance(a, { axis: -1 }),
      (a: Tensor) => mul(sum(mul(logSoftmax(a), dy), { axis: -1 }), -1),
    ];
    for (const f of functions) {
      const y = f(x);
      expect(steps(y)).toHaveLength(1);
      expect(steps([y, vectorJacobianProduct(y, numbers(...y.shape), [x])[0]!])).toHaveLength(1);
    }
  });

  test("is the normalization of a layer; its gradient leaves the sums over rows outside", () => {
    const [scale, shift] = [numbers(32), numbers(32)];
    const y = normalized(x, scale, shift);
    expect(steps(y)).toHaveLength(1);
    const all = steps([y, ...vectorJacobianProduct(y, dy, [x, scale, shift])]);
    expect(all).toHaveLength(3);
    expect(all.filter((step) => step.includes("rows of 32"))).toHaveLength(1);
    expect(all.filter((step) => / = sum\(/.test(step))).toHaveLength(2);
  });

  test("is a sum of everything with all that it is a sum of", () => {
    const [w, b] = [numbers(32), numbers(32)];
    expect(steps(sum(exp(add(mul(x, w), b))))).toEqual([
      "@0 float32 [1, 1] = { rows of 512: sum(exp(add(mul(slot 0, slot 1 stretched to [16, 32]), slot 2 stretched to [16, 32]))) }",
    ]);
  });

  test("takes several reductions of one value that is in memory", () => {
    expect(steps([sum(x, { axis: 1 }), max(x, { axis: 1 })])).toHaveLength(1);
  });

  test("reads numbers of rows that are in memory, for the rows and along them", () => {
    const shift = numbers(16, 1);
    const y = exp(sub(x, shift));
    const total = add(log(sum(y, { axis: 1, keepDims: true })), shift);
    expect(steps(total)).toEqual([
      "@0 float32 [16, 1] = { rows of 32: add(log(sum(exp(sub(slot 0, slot 1 by rows)))), slot 1 by rows) }",
    ]);
  });

  test("knows phases: what waits for a reduction comes in a later one", () => {
    compile(() => softmax(x), { backend })();
    const group = programs.at(-1)!.steps[0]!.attributes as { readonly body: readonly Record<string, unknown>[] };
    const roles = group.body.map(({ operation, phase, perRow }) => [
      (operation as { readonly name: string }).name,
      phase,
      perRow,
    ]);
    expect(roles).toEqual([
      ["max", 0, true],
      ["sub", 1, false],
      ["exp", 1, false],
      ["sum", 1, true],
      ["div", 2, false],
    ]);
  });
});

describe("no group of rows", () => {
  test("is made for a backend that does not ask for it", () => {
    expect(steps(softmax(x), plain)).toHaveLength(4);
  });

  test("is made of short rows", () => {
    expect(steps(softmax(numbers(64, 7)))).toHaveLength(4);
    expect(steps(softmax(numbers(64, 8)))).toHaveLength(1);
  });

  test("is made of a reduction alone, or along another axis", () => {
    expect(steps(sum(x, { axis: 1 }))).toEqual(["@0 float32 [16, 1] = sum(slot 0)"]);
    expect(steps(sum(exp(x), { axis: 0 }))).toEqual([
      "@0 float32 [16, 32] = { exp(slot 0) }",
      "@2048 float32 [1, 32] = sum(@0)",
    ]);
  });

  test("goes on after long rows, or after a single row", () => {
    for (const long of [numbers(16, 65), numbers(1, 32)]) {
      expect(steps(sum(exp(long), { axis: 1 }))).toHaveLength(1);
      expect(steps(softmax(long))).toHaveLength(3);
      expect(steps(mean(exp(long), { axis: 1 }))).toHaveLength(2);
    }
  });

  test("contains what leaves it and comes back", () => {
    const w = numbers(32, 32);
    const y = exp(x);
    const back = mul(add(y, reshape(matmul(y, w), [16, 32])), sum(y, { axis: 1, keepDims: true }));
    expect(steps(back)).toEqual([
      "@0 float32 [16, 32] = { exp(slot 0) }",
      "@2048 float32 [1, 16, 32] = matmul(@0, slot 1) { transposeA: false, transposeB: false }",
      "@0 float32 [16, 32] = { rows of 32: mul(add(@0, @2048), sum(@0)) }",
    ]);
  });

  test("reads the rows of another shape in step", () => {
    const square = numbers(32, 32);
    const turned = transpose(exp(square));
    const y = mul(square, broadcastTo(sum(turned, { axis: 0, keepDims: true }), [32, 32]));
    expect(steps(y).length).toBeGreaterThan(1);
    // One number for each column is no number for each row, although there are as many.
    const total = reshape(sum(square, { axis: 1 }), [1, 32]);
    expect(steps(mul(exp(square), total))).toHaveLength(2);
  });
});

describe("where lengths of rows conflict", () => {
  test("each value belongs to one length, and the other reads it from memory", () => {
    const y = exp(x);
    const both = [sum(y, { axis: 1 }), sum(tanh(y))];
    expect(steps(both)).toEqual(
      [
        "@0 float32 [16, 32], @2048 float32 [16] = { rows of 32: t0 = exp(slot 0); t0, sum(t0) }".replace(
          "[16]",
          "[16, 1]",
        ),
        "@0 float32 [1, 1] = { rows of 512: sum(tanh(@0)) }",
      ].map((line) => expect.stringContaining(line.slice(line.indexOf("{"))) as unknown as string),
    );
  });

  test("the numbers of rows may be elements of other rows", () => {
    const y = sum(exp(softmax(x)), { axis: 1 });
    expect(steps(div(y, sum(y)))).toHaveLength(3);
  });
});

describe("outputs over inputs", () => {
  test("a later phase that still reads the input keeps it", () => {
    const before = matmul(numbers(16, 16), numbers(16, 32));
    // The elements of phase 0 leave, and phase 1 reads the product again.
    const y = exp(before);
    const z = mul(before, sum(y, { axis: 1, keepDims: true }));
    const both = steps([y, z]);
    expect(both).toHaveLength(2);
    const [product] = /@\d+/.exec(both[0]!)!;
    const [first, second] = both[1]!.match(/@\d+/g)!;
    expect(first).not.toBe(product);
    expect(second).toBe(product);
  });

  test("numbers of rows lie over nothing that is read by rows", () => {
    const numbersOfRows = matmul(numbers(16, 16), numbers(16, 1));
    const y = add(sum(exp(x), { axis: 1, keepDims: true }), reshape(numbersOfRows, [16, 1]));
    const both = steps(y);
    expect(both).toHaveLength(2);
    expect(/^@\d+/.exec(both[1]!)![0]).not.toBe(/^@\d+/.exec(both[0]!)![0]);
  });

  test("numbers of rows lie over no elements, however few those are", () => {
    const turned = flip(tensor(new Uint8Array(16), { shape: [2, 8], dtype: "bool" }), 1);
    const both = steps(max(logicalNot(turned), { axis: 1 }));
    expect(both[1]).toContain("rows of 8");
    expect(/^@\d+/.exec(both[1]!)![0]).not.toBe(/^@\d+/.exec(both[0]!)![0]);
  });

  test("a variable is written in place in the last phase that reads it, and not before", () => {
    const w = variable(numbers(16, 32));
    const total = variable(numbers(16, 1));
    compile(
      () => {
        w.assign(softmax(w.value));
      },
      { backend },
    )();
    expect(printProgram(programs.at(-1)!)).toContain("slot 0 float32 [16, 32, 1] = { rows of 32");
    compile(
      () => {
        const old = w.value;
        w.assign(exp(old));
        total.assign(sum(mul(old, sub(old, sum(exp(old), { axis: 1, keepDims: true }))), { axis: 1, keepDims: true }));
      },
      { backend },
    )();
    const text = printProgram(programs.at(-1)!);
    expect(text).toContain("rows of 32");
    expect(text).toMatch(/slot \d float32 \[16, 32\] = copy\(@\d+\)/);
  });
});

test("a long chain of reductions is grouped without recursion, in slices", () => {
  let y = x;
  for (let at = 0; at < 2000; at++) y = sub(y, mean(y, { axis: 1, keepDims: true }));
  expect(steps(y)).toHaveLength((2000 * 3) / 80);
});

test("the optimizer's pass over a parameter stays one pass beside its norm", () => {
  const w = variable(numbers(16, 32));
  compile(
    () => {
      const slope = gradients(sum(exp(matmul(x, reshape(w.value, [32, 16])))), [w])[0]!;
      const norm = sqrt(sum(mul(slope, slope)));
      w.assign(sub(mul(w.value, 0.9), div(slope, norm)));
    },
    { backend },
  )();
  const text = printProgram(programs.at(-1)!);
  expect(text).toContain("= { rows of 512: sum(mul(");
  expect(text).toMatch(/slot 0 float32 \[16, 32\] = \{ sub\(mul\(slot 0, 0.9\), div\(@\d+, @\d+\)\) \}/);
});
