import { cpu } from "@gradloom/backend-cpu";
import {
  add,
  commit,
  compile,
  full,
  gradients,
  matmul,
  mean,
  mul,
  slice,
  sum,
  tensor,
  type Tensor,
  useBackend,
  variable,
} from "@gradloom/core";
import { beforeEach, describe, expect, test } from "vitest";

beforeEach(() => useBackend(cpu()));

async function numbers(x: Tensor): Promise<number[]> {
  return [...(await x.data())];
}

describe("a compiled function", () => {
  test("is traced twice and then only run", async () => {
    let traces = 0;
    const double = compile((x: Tensor) => {
      traces++;
      return mul(x, 2);
    });
    for (let call = 0; call < 5; call++) expect(await numbers(double([call, 1]))).toEqual([2 * call, 2]);
    expect(traces).toBe(2);
  });

  test("is traced again for other shapes and dtypes, and remembers the earlier ones", async () => {
    let traces = 0;
    const total = compile((x: Tensor) => {
      traces++;
      return sum(x);
    });
    const calls = [[1, 2], [1, 2, 3], new Int32Array([4, 5]), [[1], [2]], [6, 7]] as const;
    const totals: number[] = [];
    for (const values of calls) totals.push((await numbers(total(values)))[0]!);
    for (const values of calls) totals.push((await numbers(total(values)))[0]!);
    expect(totals).toEqual([3, 6, 9, 3, 13, 3, 6, 9, 3, 13]);
    expect(traces).toBe(8);
  });

  test("keeps what it traced for hundreds of shapes, in whatever order they come", async () => {
    let traces = 0;
    const total = compile((x: Tensor) => {
      traces++;
      return sum(x);
    });
    for (let round = 0; round < 4; round++)
      for (let size = 1; size <= 300; size++)
        expect(await numbers(total(new Float32Array(size).fill(1)))).toEqual([size]);
    expect(traces).toBe(600);
  });

  test("forgets the traces that were used least recently when they keep too much memory", async () => {
    let traces = 0;
    const first = compile((x: Tensor) => {
      traces++;
      return slice(x, [0], [1]);
    });
    const call = async (size: number): Promise<void> => {
      for (let value = 1; value <= 2; value++)
        expect(await numbers(first(new Uint8Array(size).fill(value)))).toEqual([value]);
    };
    // Each has 24 MiB of its own for what it is given, so two are kept.
    const sizes = [0, 1, 2].map((more) => 24 * 2 ** 20 + more);
    for (const at of [0, 1, 0]) await call(sizes[at]!);
    expect(traces).toBe(4);
    await call(sizes[2]!);
    await call(sizes[0]!);
    expect(traces).toBe(6);
    await call(sizes[1]!);
    expect(traces).toBe(8);
  });

  test("takes numbers, arrays and tensors of every origin, and another of each at every call", async () => {
    const blend = compile((x: Tensor, rate: Tensor) => mul(x, rate).add(1));
    const computed = add(tensor([1, 2]), 1);
    expect(await numbers(blend([1, 2], 0.5))).toEqual([1.5, 2]);
    expect(await numbers(blend(new Float32Array([3, 4]), 1))).toEqual([4, 5]);
    expect(await numbers(blend(computed, 0))).toEqual([1, 1]);
    expect(await numbers(blend(tensor([5, 6]), 2))).toEqual([11, 13]);
    expect(await numbers(blend(full([2], 3), -1))).toEqual([-2, -2]);
    expect(await numbers(blend([1, 2], tensor(3)))).toEqual([4, 7]);
    expect(await numbers(blend([1, 2], full([], 4)))).toEqual([5, 9]);
    expect(await numbers(blend(computed, tensor(5)))).toEqual([11, 16]);
  });

  test("gives back what it returned: one tensor, lists, records, or nothing", async () => {
    const tree = compile((x: Tensor) => ({ double: mul(x, 2), pair: [x, add(x, 1)] as const, none: [] }));
    tree([1]);
    const { double, pair, none } = tree([5]);
    expect(await Promise.all([double, ...pair].map(numbers))).toEqual([[10], [5], [6]]);
    expect(none).toEqual([]);
    expect(compile(() => undefined)()).toBeUndefined();
  });

  test("may return an argument, a captured tensor, and one tensor twice", async () => {
    const captured = tensor([7]);
    const same = compile((x: Tensor) => {
      const next = add(x, captured);
      return [x, captured, next, next];
    });
    for (let call = 0; call < 3; call++) {
      expect(await Promise.all(same([call]).map(numbers))).toEqual([[call], [7], [call + 7], [call + 7]]);
    }
  });

  test("results stay what they were at later calls", async () => {
    const next = compile((x: Tensor) => add(x, 1));
    const results = [next([1]), next([2]), next([3])];
    expect(await Promise.all(results.map(numbers))).toEqual([[2], [3], [4]]);
  });

  test("runs inside another one as part of it", async () => {
    const w = variable([1]);
    const increase = compile((by: Tensor) => {
      w.assign(add(w.value, by));
      return w.value;
    });
    const twice = compile((by: Tensor) => [increase(by), increase(10)]);
    expect(await Promise.all(twice([1]).map(numbers))).toEqual([[2], [12]]);
    expect(await Promise.all(twice([2]).map(numbers))).toEqual([[14], [24]]);
    expect(await numbers(increase([1]))).toEqual([25]);
  });

  test("differentiates, with second order", async () => {
    const w = variable([2, 3]);
    const derivatives = compile((x: Tensor) => {
      const [first] = gradients(sum(mul(mul(w.value, w.value), mul(w.value, x))), [w]);
      return [first!, ...gradients(sum(first!), [w])];
    });
    expect(await Promise.all(derivatives([1, 1]).map(numbers))).toEqual([
      [12, 27],
      [12, 18],
    ]);
    w.assign(tensor([1, 1]));
    expect(await Promise.all(derivatives([1, 2]).map(numbers))).toEqual([
      [3, 6],
      [6, 12],
    ]);
  });
});

describe("variables in a compiled function", () => {
  test("change when it is called, together", async () => {
    const a = variable([1, 2]);
    const b = variable([3, 4]);
    const swap = compile(() => {
      const kept = a.value;
      a.assign(b.value);
      b.assign(kept);
    });
    swap();
    expect(await Promise.all([a.data(), b.data()])).toEqual([new Float32Array([3, 4]), new Float32Array([1, 2])]);
    for (let call = 0; call < 4; call++) swap();
    expect(await Promise.all([a.data(), b.data()])).toEqual([new Float32Array([3, 4]), new Float32Array([1, 2])]);
  });

  test("see their latest assignment, inside and outside", async () => {
    const w = variable([1]);
    const step = compile(() => {
      w.assign(add(w.value, 1));
      w.assign(mul(w.value, 10));
      return w.value;
    });
    expect(await numbers(step())).toEqual([20]);
    w.assign(tensor([0]));
    expect(await numbers(step())).toEqual([10]);
    expect(await numbers(step())).toEqual([110]);
    expect(await numbers(w.value)).toEqual([110]);
  });

  test("may get one value, or each other's next ones", async () => {
    const [a, b, c] = [variable([1]), variable([2]), variable([3])];
    const step = compile((x: Tensor) => {
      const next = add(a.value, x);
      a.assign(next);
      b.assign(next);
      c.assign(add(b.value, c.value));
    });
    for (let call = 0; call < 3; call++) step([1]);
    expect(await Promise.all([a, b, c].map(({ value }) => numbers(value)))).toEqual([[4], [4], [12]]);
  });

  test("may be read and assigned by two functions in turn", async () => {
    const w = variable([[1, 2]]);
    const grow = compile(() =>
      w.assign(
        matmul(
          w.value,
          tensor([
            [1, 1],
            [0, 1],
          ]),
        ),
      ),
    );
    const shrink = compile(() => w.assign(w.value.sub(1)));
    for (let call = 0; call < 3; call++) {
      grow();
      shrink();
    }
    expect(await numbers(w.value)).toEqual([-2, -1]);
  });
});

describe("what would freeze is refused at the second call", () => {
  test.each<[number, number]>([
    [3, 4],
    [0, 1],
    [1, 0.5],
    [0.5, 2],
  ])("a number that was %d and is %d", (first, second) => {
    let rate = first;
    const scale = compile((x: Tensor) => mul(x, rate));
    scale([1]);
    rate = second;
    const message = `compile: in mul, the number ${first} was ${second} at the second call; it would stay as it was at the first call, so make it an argument or a variable`;
    expect(() => scale([1])).toThrow(message);
    expect(() => scale([1])).toThrow(message);
  });

  test("numbers from the host", async () => {
    let batch = [1, 2];
    const shift = compile((x: Tensor) => add(x, tensor(batch)));
    shift([1, 1]);
    batch = [1, 3];
    expect(() => shift([1, 1])).toThrow(
      "compile: in add, a tensor [2] from outside was another one at the second call; it would stay as it was at the first call, so make it an argument or a variable",
    );
    batch = [1, 2];
    expect(await numbers(shift([1, 1]))).toEqual([2, 3]);
  });

  test("a captured tensor that was replaced", () => {
    let captured = add(tensor([1]), 1);
    const plus = compile((x: Tensor) => add(x, captured));
    plus([1]);
    captured = add(captured, 1);
    expect(() => plus([1])).toThrow(
      "compile: in add, a tensor [1] from outside was another one at the second call; it would stay as it was at the first call, so make it an argument or a variable",
    );
  });

  test("another graph, by its operations or their attributes", () => {
    const message =
      "compile: the function built another graph at its second call with the same shapes; what it builds may depend on shapes only, so choose between graphs outside of it, or with where(...)";
    let call = 0;
    const changing = compile((x: Tensor) => (call++ === 0 ? x.add(1) : x.sub(1)));
    changing([1]);
    expect(() => changing([1])).toThrow(message);
    const sliding = compile((x: Tensor) => slice(x, [call++], [call + 1]));
    sliding([1, 2, 3, 4, 5, 6]);
    expect(() => sliding([1, 2, 3, 4, 5, 6])).toThrow(message);
  });

  test("another variable", () => {
    const list = [variable([1]), variable([1])];
    let call = 0;
    const increase = compile(() => {
      const w = list[call++ % 2]!;
      w.assign(add(w.value, 1));
    });
    increase();
    expect(() => increase()).toThrow(
      "compile: in add, a tensor [1] from outside was another one at the second call; it would stay as it was at the first call, so make it an argument or a variable",
    );
  });
});

describe("what cannot be compiled", () => {
  test.each<[string, () => unknown]>([
    ["a promise", async () => tensor([1])],
    ["number", () => 1],
    ["string", () => "one"],
  ])("a function that returns %s", (found, build) => {
    expect(() => compile(build as () => Tensor)()).toThrow(
      `compile: the function returned ${found}; it must return tensors (or arrays and records of tensors) and may not be async`,
    );
  });

  test("reading numbers or committing inside", async () => {
    const message =
      "a tensor inside a compiled function, a layer or a scan has no numbers yet; return it and read it outside";
    expect(() => compile((x: Tensor) => [x.dataSync()[0]!] as unknown as Tensor)([1])).toThrow(message);
    expect(() => compile((x: Tensor) => [add(x, 1).dataSync()[0]!] as unknown as Tensor)([1])).toThrow(message);
    expect(() => compile(() => commit())()).toThrow(message);
    let leaked: Tensor | undefined;
    expect(await numbers(compile((x: Tensor) => (leaked = add(x, 1)))([1]))).toEqual([2]);
    await expect(leaked!.data()).rejects.toThrow("data: a tensor that was made inside a compiled function");
    expect(await numbers(add(tensor([1]), 1))).toEqual([2]);
  });

  test("a failing function, which leaves everything as it was", async () => {
    const w = variable([1]);
    let fails = true;
    const step = compile(() => {
      w.assign(add(w.value, 1));
      if (fails) mean(tensor([1]), { axis: 3 });
      return w.value;
    });
    expect(() => step()).toThrow("mean: axis 3 meets a tensor of rank 1; it must be an integer from -1 to 0");
    expect(await numbers(w.value)).toEqual([1]);
    fails = false;
    expect(await numbers(step())).toEqual([2]);
    expect(await numbers(step())).toEqual([3]);
  });
});

test("a compiled function runs on the backend it is given", async () => {
  const other = { ...cpu(), name: "other" };
  const double = compile((x: Tensor) => mul(x, 2), { backend: other });
  const result = double([1, 2]);
  expect(await numbers(result)).toEqual([2, 4]);
  const here = add(tensor([1, 1]), 1);
  await here.data();
  expect(() => double(here)).toThrow(
    "compile: an argument [2] lives on backend cpu, the function runs on other; copy it with await to(tensor, backend)",
  );
  expect(() => add(result, here)).toThrow(
    "add: one input lives on backend other, the other on cpu; copy one with await to(tensor, backend)",
  );
});

test("a graph that was built before a part of it was computed cannot run on another backend", async () => {
  const other = { ...cpu(), name: "other" };
  const there = compile((x: Tensor) => mul(x, 2), { backend: other })([1, 2]);
  const part = add(tensor([1, 1]), 1);
  const between = mul(part, 2);
  const end = add(between, 1);
  await part.data();
  await expect(add(between, there).data()).rejects.toThrow(
    "a tensor [2] that was computed on backend cpu is needed on other; copy it with await to(tensor, backend)",
  );
  expect(await numbers(end)).toEqual([5, 5]);
});
