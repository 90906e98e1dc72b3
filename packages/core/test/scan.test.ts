import { cpu } from "@gradloom/backend-cpu";
import {
  add,
  checkpoint,
  compile,
  concat,
  explain,
  gradients,
  map,
  matmul,
  mul,
  reshape,
  scan,
  sum,
  tanh,
  tensor,
  type Tensor,
  useBackend,
  variable,
} from "@gradloom/core";
import { beforeAll, describe, expect, test } from "vitest";

beforeAll(() => useBackend(cpu()));

const length = 4;
const f64 = (values: readonly number[], shape: readonly number[]): Tensor =>
  tensor(new Float64Array(values), { shape });
const numbers = (count: number, from: number): readonly number[] =>
  Array.from({ length: count }, (_, at) => Math.sin(from + at));

type Network = (h: Tensor, xs: Tensor, w: Tensor, u: Tensor) => Tensor;

/** A small recurrent network, as a scan and unrolled. */
function both(reverse: boolean): { readonly scanned: Network; readonly unrolled: Network } {
  const cell: Network = (h, x, w, u) => tanh(add(matmul(h, w), mul(x, u)));
  const scanned: Network = (h, xs, w, u) => {
    const { carry, output } = scan(
      ([state], [x]) => {
        const next = cell(state!, x!, w, u);
        return { carry: [next], output: [mul(next, next)] };
      },
      { initial: [h], sequences: [xs], reverse },
    );
    return add(sum(carry[0]!), sum(mul(output[0]!, xs)));
  };
  const unrolled: Network = (h, xs, w, u) => {
    let state = h;
    const outputs: Tensor[] = [];
    for (let step = 0; step < length; step++) {
      const at = reverse ? length - 1 - step : step;
      state = cell(state, reshape(xs.slice([at], [at + 1]), [2, 3]), w, u);
      outputs[at] = reshape(mul(state, state), [1, 2, 3]);
    }
    return add(sum(state), sum(mul(concat(outputs), xs)));
  };
  return { scanned, unrolled };
}

describe.each([false, true])("a scan with reverse %s", (reverse) => {
  const inputs = [
    f64(numbers(6, 1), [2, 3]),
    f64(numbers(6 * length, 2), [length, 2, 3]),
    f64(numbers(9, 3), [3, 3]),
    f64(numbers(3, 4), [3]),
  ] as const;
  const { scanned, unrolled } = both(reverse);

  test("gives what the unrolled loop gives", async () => {
    expect(await scanned(...inputs).item()).toBeCloseTo(await unrolled(...inputs).item(), 12);
  });

  test("has the unrolled loop's gradients, to the third order", async () => {
    const orders = async (loop: Network): Promise<number[]> => {
      const seen: number[] = [];
      let value = loop(...inputs);
      for (let order = 1; order <= 3; order++) {
        const found = gradients(value, inputs, { unused: "zeros" });
        for (const gradient of found) seen.push(...(await gradient.data()));
        value = found
          .map((gradient, at) => sum(mul(gradient, f64(numbers(gradient.size, order + at), gradient.shape))))
          .reduce((a, b) => add(a, b));
      }
      return seen;
    };
    const a = await orders(scanned);
    const b = await orders(unrolled);
    expect(a.length).toBe(b.length);
    a.forEach((one, at) => expect(one).toBeCloseTo(b[at]!, 9));
  });
});

test("a scan is one node whatever its length", () => {
  const program = (steps: number): string =>
    explain(
      scan(([state], [x]) => ({ carry: [add(state!, x!)] }), {
        initial: [tensor(0)],
        sequences: [tensor(new Float32Array(steps))],
      }).carry[0]!,
    );
  expect(program(1000).split("\n").length).toBe(program(3).split("\n").length);
  expect(program(3)).toMatchInlineSnapshot(`
    "slot 0: float32 []
    slot 1: float32 [3]
    @0 float32 [] = scan(slot 0, slot 1) { length: 3, carries: 1, sequences: 1, reverse: false, histories: false }
      slot 0: float32 []
      slot 1: float32 []
      @0 float32 [] = { add(slot 0, slot 1) }
      return @0
      arena: 16 bytes
    return @0
    arena: 16 bytes"
  `);
});

test("scans of scans, without sequences, of no steps, and with integers work", async () => {
  const inner = (x: Tensor): Tensor =>
    scan(([state]) => ({ carry: [mul(state!, 2)] }), { initial: [x], length: 3 }).carry[0]!;
  const outer = scan(([state], [x]) => ({ carry: [add(state!, inner(x!))], output: [state!] }), {
    initial: [tensor(1)],
    sequences: [tensor([1, 2, 3])],
  });
  expect([await outer.carry[0]!.item(), ...(await outer.output[0]!.data())]).toEqual([49, 1, 9, 25]);
  const empty = scan(([state], [x]) => ({ carry: [add(state!, x!)], output: [x!] }), {
    initial: [tensor(5)],
    sequences: [tensor(new Float32Array(0))],
  });
  expect(await empty.carry[0]!.item()).toBe(5);
  expect(await empty.output[0]!.data()).toEqual(new Float32Array(0));
  const counts = scan(([count]) => ({ carry: [add(count!, 1)], output: [count!] }), {
    initial: [tensor(0, { dtype: "int32" })],
    length: 3,
  });
  expect(await counts.output[0]!.data()).toEqual(new Int32Array([0, 1, 2]));
});

test("map applies a function to each slice", async () => {
  const x = tensor([
    [1, 2],
    [3, 4],
  ]);
  const y = map((row) => sum(mul(row, row)), x);
  expect(await y.data()).toEqual(new Float32Array([5, 25]));
  expect(await gradients(sum(y), [x])[0]!.data()).toEqual(new Float32Array([2, 4, 6, 8]));
});

test("a scan reads variables and trains them inside a compiled function", async () => {
  const w = variable(0.5);
  const step = compile((xs: Tensor) => {
    const { carry } = scan(([state], [x]) => ({ carry: [add(mul(state!, w.value), x!)] }), {
      initial: [tensor(0)],
      sequences: [xs],
    });
    const [dw] = gradients(carry[0]!, [w]);
    w.assign(w.value.sub(dw!.mul(0.1)));
    return carry[0]!;
  });
  const seen: number[] = [];
  let expected = 0.5;
  for (let at = 0; at < 4; at++) {
    seen.push(await step([1, 2, 3]).item());
    const value = expected * expected + 2 * expected + 3;
    expect(seen[at]).toBeCloseTo(value, 5);
    expected -= 0.1 * (2 * expected + 2);
  }
});

test("a step that changes the shape of its carry is refused", () => {
  expect(() => scan(([state]) => ({ carry: [state!.reshape([1])] }), { initial: [tensor(0)], length: 2 })).toThrow(
    "scan: the step was given carries float32 [] and returned float32 [1]; it must return as many of the same shapes and dtypes",
  );
  expect(() => scan(([state]) => ({ carry: [state!] }), { initial: [tensor(0)] })).toThrow(
    "scan: sequences (none) and length undefined; all must have one whole length as their first size",
  );
});

describe("checkpoint", () => {
  const depth = 24;
  const layer = (x: Tensor, w: Tensor): Tensor => tanh(matmul(x, w));
  const block = (x: Tensor, w: Tensor): Tensor => layer(layer(layer(layer(x, w), w), w), w);
  const network = (x: Tensor, w: Tensor, wrap: boolean): Tensor => {
    let value = x;
    const call = (input: Tensor): Tensor => block(input, w);
    for (let at = 0; at < depth / 4; at++) value = wrap ? checkpoint(call)(value) : call(value);
    return sum(value);
  };
  const x = tensor(new Float32Array(numbers(64 * 8, 1)), { shape: [64, 8] });

  test("gives the same values and gradients", async () => {
    const w = f64(numbers(64, 5), [8, 8]);
    const wide = x.cast("float64");
    const first = gradients(network(wide, w, true), [wide, w]);
    const plain = gradients(network(wide, w, false), [wide, w]);
    for (const [at, one] of first.entries()) {
      const other = await plain[at]!.data();
      (await one.data()).forEach((value, place) => expect(value).toBeCloseTo(other[place]!, 10));
    }
    const second = (list: readonly Tensor[]): Tensor => gradients(sum(mul(list[0]!, list[0]!)), [w])[0]!;
    const a = await second(first).data();
    const b = await second(plain).data();
    a.forEach((value, place) => expect(value / b[place]!).toBeCloseTo(1, 8));
  });

  test("lowers the planned peak of memory", () => {
    const w = variable(tensor(new Float32Array(numbers(64, 5)), { shape: [8, 8] }));
    const peak = (wrap: boolean): number =>
      Number(/arena: (\d+)/.exec(explain(gradients(network(x, w.value, wrap), [w])))![1]);
    expect(peak(true)).toBeLessThan(0.6 * peak(false));
  });
});

test("a step may do to its argument lists what it likes", async () => {
  const { carry } = scan(
    (given, slices) => {
      const next = add(given[0]!, slices[0]!);
      (given as Tensor[]).length = 0;
      (slices as Tensor[]).fill(null as never);
      return { carry: [next] };
    },
    { initial: [tensor(0)], sequences: [tensor([1, 2, 3])] },
  );
  expect(await carry[0]!.item()).toBe(6);
});
