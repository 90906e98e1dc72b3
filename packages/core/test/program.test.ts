import { cpu } from "@gradloom/backend-cpu";
import {
  add,
  broadcastTo,
  cast,
  checkpoint,
  commit,
  compile,
  constant,
  div,
  exp,
  explain,
  full,
  gradients,
  matmul,
  mean,
  mul,
  reshape,
  softmax,
  sqrt,
  sub,
  sum,
  tanh,
  tensor,
  type Tensor,
  transpose,
  useBackend,
  variable,
} from "@gradloom/core";
import type { Backend, Program } from "@gradloom/core/backend";
import { beforeEach, describe, expect, test } from "vitest";
import { printProgram } from "../src/program/print-program.ts";

let programs: Program[] = [];

/** The cpu backend, noting the programs it is given. */
function noting(): Backend {
  const backend = cpu();
  return { ...backend, compile: (program) => (programs.push(program), backend.compile(program)) };
}

beforeEach(() => {
  useBackend(noting());
  programs = [];
});

/** The program that the backend was given last. */
function lastProgram(): string {
  return printProgram(programs.at(-1)!);
}

describe("a program", () => {
  const x = tensor([
    [1, 2, 3],
    [4, 5, 6],
  ]);
  const row = tensor([1, 2, 3]);

  test("is one pass where operations are elementwise, and stretches operands as it reads them", () => {
    expect(explain(mul(add(x, row), exp(broadcastTo(row, [2, 3]))))).toMatchInlineSnapshot(`
      "slot 0: float32 [2, 3]
      slot 1: float32 [3]
      @0 float32 [2, 3] = { mul(add(slot 0, slot 1 stretched to [2, 3]), exp(slot 1 stretched to [2, 3])) }
      return @0
      arena: 32 bytes"
    `);
  });

  test("reads a value once for all who take it in step", () => {
    expect(explain([exp(x), tanh(x), mul(x, row)])).toMatchInlineSnapshot(`
      "slot 0: float32 [2, 3]
      slot 1: float32 [3]
      @0 float32 [2, 3], @32 float32 [2, 3], @64 float32 [2, 3] = { exp(slot 0), tanh(slot 0), mul(slot 0, slot 1 stretched to [2, 3]) }
      return @0
      return @32
      return @64
      arena: 96 bytes"
    `);
  });

  test("computes equal work once", () => {
    expect(explain(add(exp(mul(x, 2)), exp(mul(x, 2))))).toMatchInlineSnapshot(`
      "slot 0: float32 [2, 3]
      @0 float32 [2, 3] = { t1 = exp(mul(slot 0, 2)); add(t1, t1) }
      return @0
      arena: 32 bytes"
    `);
  });

  test("leaves out what changes nothing", () => {
    expect(explain(sub(div(mul(1, mul(x, 1)), 1), 0))).toMatchInlineSnapshot(`
      "slot 0: float32 [2, 3]
      @0 float32 [2, 3] = { copy(slot 0) }
      return @0
      arena: 32 bytes"
    `);
    expect(explain(mul(x, full([2, 3], 1)))).toMatchInlineSnapshot(`
      "slot 0: float32 [2, 3]
      @0 float32 [2, 3] = { copy(slot 0) }
      return @0
      arena: 32 bytes"
    `);
  });

  test("leaves out what nobody reads: the product behind a gradient that does not need it", () => {
    expect(explain(gradients(sum(matmul(x, tensor([[1], [2], [3]]))), [x])[0]!)).toMatchInlineSnapshot(`
      "slot 0: float32 [3, 1]
      @0 float32 [1, 2, 1] = broadcast(1) { shape: [1,2,1] }
      @16 float32 [1, 2, 3] = matmul(@0, slot 0) { transposeA: false, transposeB: true }
      return @16
      arena: 48 bytes"
    `);
  });

  test("reshapes without work and reads constants without a slot", () => {
    expect(explain(add(reshape(x, [3, 2]), constant([1, 2])))).toMatchInlineSnapshot(`
      "slot 0: float32 [2, 3]
      @0 float32 [3, 2] = { add(slot 0, data of 2 stretched to [3, 2]) }
      return @0
      arena: 32 bytes"
    `);
  });

  test("writes over values that die in the same pass", () => {
    const product = matmul(x, transpose(x));
    expect(explain(tanh(add(product, sum(product, { axis: 0 }))))).toMatchInlineSnapshot(`
      "slot 0: float32 [2, 3]
      @0 float32 [3, 2] = permute(slot 0) { axes: [1,0] }
      @32 float32 [1, 2, 2] = matmul(slot 0, @0) { transposeA: false, transposeB: false }
      @0 float32 [1, 2] = sum(@32)
      @32 float32 [2, 2] = { tanh(add(@32, @0 stretched to [2, 2])) }
      return @32
      arena: 48 bytes"
    `);
  });

  test("reuses memory that is free", () => {
    const square = tensor([
      [1, 2],
      [3, 4],
    ]);
    expect(explain(matmul(matmul(matmul(square, square), square), square))).toMatchInlineSnapshot(`
      "slot 0: float32 [2, 2]
      @0 float32 [1, 2, 2] = matmul(slot 0, slot 0) { transposeA: false, transposeB: false }
      @16 float32 [1, 2, 2] = matmul(@0, slot 0) { transposeA: false, transposeB: false }
      @0 float32 [1, 2, 2] = matmul(@16, slot 0) { transposeA: false, transposeB: false }
      return @0
      arena: 32 bytes"
    `);
  });

  test("expands operations that the backend has no kernel for", () => {
    expect(explain(softmax(x))).toMatchInlineSnapshot(`
      "slot 0: float32 [2, 3]
      @0 float32 [2, 1] = max(slot 0)
      @16 float32 [2, 3, 1] = { exp(sub(slot 0, @0 stretched to [2, 3, 1])) }
      @0 float32 [2, 1] = sum(@16)
      @16 float32 [2, 3, 1] = { div(@16, @0 stretched to [2, 3, 1]) }
      return @16
      arena: 48 bytes"
    `);
  });

  test("runs a checkpoint's work again only after the gradient has arrived", () => {
    const w = tensor([
      [1, 0, 0],
      [0, 1, 0],
      [0, 0, 1],
    ]);
    const block = checkpoint((y: Tensor) => tanh(matmul(y, w)));
    expect(explain(gradients(sum(exp(block(x))), [x])[0]!)).toMatchInlineSnapshot(`
      "slot 0: float32 [2, 3]
      slot 1: float32 [3, 3]
      @0 float32 [1, 2, 3] = matmul(slot 0, slot 1) { transposeA: false, transposeB: false }
      @0 float32 [2, 3] = { exp(tanh(@0)) }
      @32 float32 [2, 3] = copy(slot 0)
      @64 float32 [1, 2, 3] = matmul(@32, slot 1) { transposeA: false, transposeB: false }
      @64 float32 [2, 3] = { t0 = tanh(@64); mul(@0, sub(1, mul(t0, t0))) }
      @0 float32 [1, 2, 3] = matmul(@64, slot 1) { transposeA: false, transposeB: true }
      return @0
      arena: 96 bytes"
    `);
  });

  test("keeps operations of one dtype apart from casts of another", () => {
    expect(explain(add(cast(mul(x, 2), "int32"), 1))).toMatchInlineSnapshot(`
      "slot 0: float32 [2, 3]
      @0 int32 [2, 3] = { add(cast(mul(slot 0, 2)) { dtype: "int32" }, 1) }
      return @0
      arena: 32 bytes"
    `);
  });
});

describe("a program that assigns variables", () => {
  test("makes one pass over each parameter, in place: Adam", () => {
    const parameters = [variable(full([4, 3], 1)), variable(full([3], 1))];
    const first = parameters.map(({ value }) => variable(mul(value, 0)));
    const second = parameters.map(({ value }) => variable(mul(value, 0)));
    const batch = tensor([
      [1, 2, 3, 4],
      [5, 6, 7, 8],
    ]);
    commit();
    const step = compile((rate: Tensor) => {
      const [kernel, bias] = parameters.map(({ value }) => value) as [Tensor, Tensor];
      const loss = mean(tanh(add(matmul(batch, kernel), bias)));
      gradients(loss, parameters).forEach((slope, at) => {
        const m = first[at]!;
        const v = second[at]!;
        m.assign(add(mul(m.value, 0.9), mul(slope, 0.1)));
        v.assign(add(mul(v.value, 0.99), mul(mul(slope, slope), 0.01)));
        const change = div(mul(m.value, rate), add(sqrt(v.value), 1e-8));
        parameters[at]!.assign(sub(parameters[at]!.value, change));
      });
      return loss;
    });
    step(0.1);
    expect(lastProgram()).toMatchInlineSnapshot(`
      "slot 0: float32 [2, 4]
      slot 1: float32 [4, 3]
      slot 2: float32 [3]
      slot 3: float32 [4, 3]
      slot 4: float32 [4, 3]
      slot 5: number float32 []
      slot 6: float32 [3]
      slot 7: float32 [3]
      @0 float32 [1, 2, 3] = matmul(slot 0, slot 1) { transposeA: false, transposeB: false }
      @32 float32 [] = { div(1, 6) }
      @0 float32 [2, 3], @48 float32 [2, 3] = { t1 = tanh(add(@0, slot 2 stretched to [2, 3])); t1, mul(@32, sub(1, mul(t1, t1))) }
      @32 float32 [1, 1] = sum(@0)
      @32 float32 [] = { div(@32, 6) }
      @80 float32 [1, 4, 3] = matmul(slot 0, @48) { transposeA: true, transposeB: false }
      slot 3 float32 [4, 3], slot 4 float32 [4, 3], slot 1 float32 [4, 3] = { t2 = add(mul(slot 3, 0.9), mul(@80, 0.1)); t6 = add(mul(slot 4, 0.99), mul(mul(@80, @80), 0.01)); t2, t6, sub(slot 1, div(mul(t2, slot 5), add(sqrt(t6), 1e-8))) }
      @0 float32 [1, 3] = sum(@48)
      slot 6 float32 [3], slot 7 float32 [3], slot 2 float32 [3] = { t2 = add(mul(slot 6, 0.9), mul(@0, 0.1)); t6 = add(mul(slot 7, 0.99), mul(mul(@0, @0), 0.01)); t2, t6, sub(slot 2, div(mul(t2, slot 5), add(sqrt(t6), 1e-8))) }
      return @32
      slot 3 := slot 3
      slot 4 := slot 4
      slot 1 := slot 1
      slot 6 := slot 6
      slot 7 := slot 7
      slot 2 := slot 2
      arena: 128 bytes"
    `);
  });

  test("copies only what it must: two variables that swap", () => {
    const a = variable([1, 2]);
    const b = variable([3, 4]);
    commit();
    compile(() => {
      const kept = a.value;
      a.assign(b.value);
      b.assign(kept);
    })();
    expect(lastProgram()).toMatchInlineSnapshot(`
      "slot 0: float32 [2]
      slot 1: float32 [2]
      @0 float32 [2] = { copy(slot 1) }
      slot 1 float32 [2] = { copy(slot 0) }
      slot 0 float32 [2] = copy(@0)
      slot 1 := slot 1
      slot 0 := @0
      arena: 16 bytes"
    `);
  });

  test("keeps the old value until its last reader is done", () => {
    const w = variable([
      [1, 2],
      [3, 4],
    ]);
    commit();
    compile(() => {
      const next = tanh(w.value);
      w.assign(next);
      return matmul(
        next,
        sum(
          tensor([
            [1, 2],
            [3, 4],
          ]),
          { axis: 0, keepDims: true },
        ),
        { transposeB: true },
      );
    })();
    expect(lastProgram()).toMatchInlineSnapshot(`
      "slot 0: float32 [2, 2]
      slot 1: float32 [2, 2]
      slot 0 float32 [2, 2] = { tanh(slot 0) }
      @0 float32 [1, 2] = sum(slot 1)
      @16 float32 [1, 2, 1] = matmul(slot 0, @0) { transposeA: false, transposeB: true }
      return @16
      slot 0 := slot 0
      arena: 32 bytes"
    `);
    compile(() => w.assign(matmul(w.value, w.value)))();
    expect(lastProgram()).toMatchInlineSnapshot(`
      "slot 0: float32 [2, 2]
      @0 float32 [1, 2, 2] = matmul(slot 0, slot 0) { transposeA: false, transposeB: false }
      slot 0 float32 [2, 2] = copy(@0)
      slot 0 := @0
      arena: 16 bytes"
    `);
  });

  test("is found again whatever the numbers, the data and the names", async () => {
    for (const rate of [0.1, 0.2, 0.3]) {
      const w = variable([rate, 1], { name: `w ${rate}` });
      const x = tensor([1, rate]);
      w.assign(sub(w.value, mul(x, rate)));
      await w.data();
    }
    expect(programs).toHaveLength(1);
    const w = variable([1, 2]);
    w.assign(sub(w.value, mul(w.value, 0.1)));
    await w.data();
    expect(programs).toHaveLength(2);
  });
});
