import { cpu, kernels } from "@gradloom/backend-cpu";
import {
  apply,
  commit,
  compile,
  gradients,
  mul,
  primitive,
  scan,
  sum,
  tensor,
  type Tensor,
  type TypedArray,
  useBackend,
  variable,
} from "@gradloom/core";
import { beforeEach, describe, expect, test } from "vitest";
import { hidden } from "../src/tensor/frame.ts";
import { centered } from "./laziness/fused-operations.ts";
import { checkLaziness } from "./laziness/check-laziness.ts";

test(
  "random interleavings give what immediate evaluation of each node gives, bit for bit",
  { timeout: 1_800_000 },
  () => checkLaziness(cpu(), kernels, 2_000),
);

beforeEach(() => useBackend(cpu()));

async function numbers(...read: readonly (Tensor | Promise<TypedArray>)[]): Promise<readonly number[][]> {
  const arrays = await Promise.all(read.map((one) => (one instanceof Promise ? one : one.data())));
  return arrays.map((array) => [...array]);
}

describe("a commit cannot be observed", () => {
  test("by a gradient in a variable whose value was pending when the output was built", async () => {
    const w = variable([1, 2]);
    const loss = sum(mul(w.value, w.value));
    await loss.item();
    expect(await numbers(...gradients(loss, [w]))).toEqual([[2, 4]]);
    w.assign(w.value.mul(3));
    const next = sum(mul(w.value, w.value));
    commit();
    expect(await numbers(...gradients(next, [w]))).toEqual([[6, 12]]);
  });

  test("by a gradient through a variable: none flows, before it or after", () => {
    const through = (cut: () => void): void => {
      const w = variable([1, 2]);
      const x = tensor([3, 4]);
      w.assign(mul(w.value, x));
      cut();
      gradients(sum(w.value), [x]);
    };
    const message =
      'gradients: the output does not depend on target 0 [2]; leave it out, build the output after its last assign, or pass { unused: "zeros" }';
    expect(() => through(() => undefined)).toThrow(message);
    expect(() => through(() => commit())).toThrow(message);
  });

  test("by a compiled function that captures a tensor before it is computed", async () => {
    const captured = tensor([1, 2]).add(1);
    const plus = compile((x: Tensor) => x.add(captured));
    expect(await numbers(plus([10, 20]))).toEqual([[12, 23]]);
    await captured.data();
    expect(await numbers(plus([10, 20]), plus([30, 40]))).toEqual([
      [12, 23],
      [32, 43],
    ]);
  });

  test("by a read that is awaited after the variable has changed", async () => {
    const w = variable([1, 2]);
    commit();
    const reads = [w.data(), w.value.data()];
    w.assign(tensor([5, 6]));
    commit();
    expect(await numbers(...reads)).toEqual([
      [1, 2],
      [1, 2],
    ]);
  });
});

describe("a value that was taken stays what it was", () => {
  test("in a compiled function that captures it", async () => {
    const w = variable([1]);
    commit();
    const taken = w.value;
    const times = compile((x: Tensor) => x.mul(taken));
    expect(await numbers(times([3]))).toEqual([[3]]);
    w.assign(tensor([5]));
    commit();
    expect(await numbers(times([3]), times([4]))).toEqual([[3], [4]]);
  });

  test("in a compiled function that captures it and assigns the variable", async () => {
    const w = variable([1]);
    commit();
    const taken = w.value;
    const step = compile(() => {
      w.assign(w.value.add(1));
      return taken.mul(10).add(w.value);
    });
    expect(await numbers(step(), step(), step(), taken)).toEqual([[12], [13], [14], [1]]);
  });

  test("as the argument of a compiled function that assigns the variable", async () => {
    const w = variable([1]);
    const step = compile((x: Tensor) => {
      w.assign(w.value.add(1));
      return w.value.mul(10).add(x);
    });
    expect(await numbers(step(w.value), step(w.value), step(w.value))).toEqual([[21], [32], [43]]);
  });

  test("in hidden work whose result was used before the variable changed", async () => {
    const w = variable([1]);
    commit();
    const [inner] = hidden(() => [w.value.mul(2)]);
    const outer = inner!.add(1);
    w.assign(tensor([9]));
    commit();
    expect(await numbers(outer, inner!)).toEqual([[3], [2]]);
  });
});

test("assignments in work that fails are taken back", async () => {
  const w = variable([1]);
  commit();
  const fail = (): never => {
    w.assign(w.value.add(1));
    throw new Error("stop");
  };
  expect(() => hidden(fail)).toThrow("stop");
  expect(() => compile(fail)()).toThrow("stop");
  expect(await numbers(w.value, w.data())).toEqual([[1], [1]]);
});

test("a commit that fails takes its assignments back and leaves everything else to be read", async () => {
  const strange = primitive<object>({ name: "acme.strange", infer: ([x]) => [x!], grad: () => [null] });
  const [weight, other] = [variable([1, 2]), variable([3])];
  await weight.data();
  weight.assign(apply(strange, [weight.value], {}));
  other.assign(tensor([4]));
  await expect(weight.data()).rejects.toThrow("acme.strange");
  expect(await weight.data()).toEqual(new Float32Array([1, 2]));
  expect(await other.data()).toEqual(new Float32Array([3]));
});

test("one output of several can be computed and assigned before the others", async () => {
  const { carry, output } = scan(([total], [row]) => ({ carry: [total!.add(row!)], output: [total!] }), {
    initial: [tensor(0)],
    sequences: [tensor([1, 2, 3])],
  });
  const w = variable(tensor(5));
  expect(await numbers(output[0]!)).toEqual([[0, 1, 3]]);
  w.assign(carry[0]!);
  const both = compile(() => [output[0]!, carry[0]!]);
  expect(await numbers(w.data(), ...both())).toEqual([[6], [0, 1, 3], [6]]);
});

test("the gradient in a tensor whose history ended is that of a leaf", async () => {
  const [x] = centered(tensor([1, 2, 6]));
  commit([x!], { endHistory: true });
  expect(await numbers(...gradients(sum(mul(x!, x!)), [x!]))).toEqual([[-4, -2, 6]]);
});
