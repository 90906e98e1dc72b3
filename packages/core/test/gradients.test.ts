import { cpu } from "@gradloom/backend-cpu";
import {
  add,
  cast,
  compile,
  concat,
  cos,
  div,
  exp,
  explain,
  gradients,
  log,
  matmul,
  maximum,
  mul,
  neg,
  pow,
  scan,
  sin,
  softplus,
  split,
  sqrt,
  stopGradient,
  sub,
  sum,
  tanh,
  tensor,
  type Tensor,
  transpose,
  useBackend,
  valueAndGradients,
  variable,
  vectorJacobianProduct,
  where,
} from "@gradloom/core";
import { beforeEach, describe, expect, test } from "vitest";

beforeEach(() => useBackend(cpu()));

const deep = 10_000;

async function numbers(x: Tensor): Promise<number[]> {
  return [...(await x.data())];
}

async function lists(tensors: readonly Tensor[]): Promise<number[][]> {
  return Promise.all(tensors.map(numbers));
}

describe("derivatives of first, second and third order", () => {
  const points = [0.3, 1.1, 2.4];
  const logistic = (x: number): number => 1 / (1 + Math.exp(-x));

  test.each<[string, (x: Tensor) => Tensor, readonly ((x: number) => number)[]]>([
    ["x³", (x) => mul(x, mul(x, x)), [(x) => 3 * x * x, (x) => 6 * x, () => 6]],
    ["x to a power", (x) => pow(x, 2.5), [(x) => 2.5 * x ** 1.5, (x) => 3.75 * x ** 0.5, (x) => 1.875 * x ** -0.5]],
    ["a number to the power x", (x) => pow(2, x), [1, 2, 3].map((order) => (x) => Math.LN2 ** order * 2 ** x)],
    ["exp(-x)", (x) => exp(neg(x)), [(x) => -Math.exp(-x), (x) => Math.exp(-x), (x) => -Math.exp(-x)]],
    ["log x", log, [(x) => 1 / x, (x) => -1 / x ** 2, (x) => 2 / x ** 3]],
    ["1 / x", (x) => div(1, x), [(x) => -1 / x ** 2, (x) => 2 / x ** 3, (x) => -6 / x ** 4]],
    ["√x", sqrt, [(x) => 0.5 * x ** -0.5, (x) => -0.25 * x ** -1.5, (x) => 0.375 * x ** -2.5]],
    [
      "sin x cos x",
      (x) => mul(sin(x), cos(x)),
      [(x) => Math.cos(2 * x), (x) => -2 * Math.sin(2 * x), (x) => -4 * Math.cos(2 * x)],
    ],
    [
      "tanh x",
      tanh,
      [
        (x) => 1 - Math.tanh(x) ** 2,
        (x) => -2 * Math.tanh(x) * (1 - Math.tanh(x) ** 2),
        (x) => (6 * Math.tanh(x) ** 2 - 2) * (1 - Math.tanh(x) ** 2),
      ],
    ],
    [
      "softplus x",
      softplus,
      [
        logistic,
        (x) => logistic(x) * (1 - logistic(x)),
        (x) => logistic(x) * (1 - logistic(x)) * (1 - 2 * logistic(x)),
      ],
    ],
  ])("of %s", async (_, f, derivatives) => {
    const x = tensor(new Float64Array(points));
    let y = f(x);
    for (const derivative of derivatives) {
      y = gradients(sum(y), [x])[0]!;
      const found = await numbers(y);
      points.forEach((point, at) => expect(found[at]! / derivative(point)).toBeCloseTo(1, 11));
    }
  });

  test("mixed: the Hessian of x²y³ is symmetric", async () => {
    const x = tensor(new Float64Array([2]));
    const y = tensor(new Float64Array([3]));
    const first = gradients(sum(mul(pow(x, 2), pow(y, 3))), [x, y]);
    const rows = first.map((slope) => gradients(sum(slope), [x, y]));
    expect(await lists([...first, ...rows.flat()])).toEqual([[108], [108], [54], [108], [108], [72]]);
  });

  test("the gradient of a gradient's norm, as a gradient penalty takes it", async () => {
    const w = variable(new Float64Array([3, 4]));
    const [slope] = gradients(sum(mul(w.value, w.value)), [w]);
    const penalty = sum(mul(slope!, slope!));
    expect(await lists(gradients(penalty, [w]))).toEqual([[24, 32]]);
  });
});

describe("gradients meet where paths meet", () => {
  test("of shared subexpressions, used many times", async () => {
    const x = tensor([1, 2]);
    const shared = mul(x, 3);
    const y = add(mul(shared, shared), add(shared, x));
    expect(await lists(gradients(sum(y), [x, shared]))).toEqual([
      [22, 40],
      [7, 13],
    ]);
  });

  test("of one tensor in both operands, and as two targets", async () => {
    const x = tensor([3]);
    expect(await lists(gradients(sum(div(mul(x, x), x)), [x, x]))).toEqual([[1], [1]]);
  });

  test("of the output itself, and of what lies between", async () => {
    const x = tensor(2);
    const square = mul(x, x);
    const y = mul(square, 5);
    expect(await lists(gradients(y, [y, square, x]))).toEqual([[1], [5], [20]]);
  });

  test("of stretched operands, which get sums of their own shape", async () => {
    const column = tensor([[1], [2]]);
    const row = tensor([1, 2, 3]);
    const single = tensor(2);
    const found = gradients(sum(mul(mul(column, row), single)), [column, row, single]);
    expect(found.map(({ shape }) => shape)).toEqual([[2, 1], [3], []]);
    expect(await lists(found)).toEqual([[12, 12], [6, 6, 6], [18]]);
  });

  test("of some outputs of an operation with several", async () => {
    const x = tensor([1, 2, 3, 4]);
    const [first, , last] = split(x, [1, 2, 1]);
    expect(await lists(gradients(sum(concat([mul(last!, 5), mul(first!, first!)])), [x]))).toEqual([[2, 0, 0, 5]]);
  });

  test("of a batch of products with one matrix", async () => {
    const a = tensor([[[1, 2]], [[3, 4]]]);
    const b = tensor([[1], [1]]);
    expect(await lists(gradients(sum(matmul(a, b)), [a, b]))).toEqual([
      [1, 1, 1, 1],
      [4, 6],
    ]);
  });

  test("through choices and ties", async () => {
    const x = tensor([1, 2, 3]);
    const y = tensor([3, 2, 1]);
    expect(await lists(gradients(sum(maximum(x, y)), [x, y]))).toEqual([
      [0, 0.5, 1],
      [1, 0.5, 0],
    ]);
    expect(await lists(gradients(sum(where(x.greater(y), mul(x, 2), y)), [x, y]))).toEqual([
      [0, 0, 2],
      [1, 1, 0],
    ]);
  });
});

describe("no gradient", () => {
  test("flows through stopGradient, comparisons and integers", async () => {
    const x = tensor([1.5, 2.5]);
    const constant = cast(cast(x, "int32"), "float32");
    const y = sum(add(mul(stopGradient(x), x), mul(constant, cast(x.greater(2), "float32"))));
    expect(await lists(gradients(y, [x]))).toEqual([[1.5, 2.5]]);
  });

  test("for targets that the output does not depend on: an error that names them, or zeros", async () => {
    const w = variable([1, 2], { name: "encoder/bias" });
    const x = tensor([1, 2, 3]);
    const indices = tensor(new Int32Array([1]));
    const y = sum(mul(x, 2));
    const advice = 'leave it out, build the output after its last assign, or pass { unused: "zeros" }';
    expect(() => gradients(y, [x, w])).toThrow(
      `gradients: the output does not depend on variable encoder/bias [2]; ${advice}`,
    );
    expect(() => gradients(y, [x, mul(x, 2)])).toThrow(
      `gradients: the output does not depend on target 1 [3]; ${advice}`,
    );
    expect(() => gradients(y, [indices])).toThrow(
      `gradients: the output does not depend on target 0 [1] (it is int32, which has no gradient); ${advice}`,
    );
    const found = gradients(y, [x, w, indices], { unused: "zeros" });
    expect(found.map(String)).toEqual(["Tensor(float32 [3])", "Tensor(float32 [2])", "Tensor(int32 [1])"]);
    expect(await lists(found)).toEqual([[2, 2, 2], [0, 0], [0]]);
  });

  test("in a value that a variable had before it was assigned", () => {
    const w = variable([1], { name: "w" });
    const y = sum(w.value);
    w.assign(tensor([2]));
    expect(() => gradients(y, [w])).toThrow("gradients: the output does not depend on variable w [1]; leave it out");
  });
});

test("the output must be one number, in a dtype that has gradients", () => {
  const x = tensor([1, 2]);
  expect(() => gradients(mul(x, x), [x])).toThrow(
    "gradients: the output must be a single number, it is [2]; reduce it first, e.g. mean(output), or give vectorJacobianProduct a vector",
  );
  expect(() => gradients(sum(cast(x, "int32")), [x])).toThrow(
    "gradients: the output is int32; only float32 and float64 have gradients, cast it first",
  );
  expect(() => vectorJacobianProduct(mul(x, x), tensor([[1, 1]]), [x])).toThrow(
    "vectorJacobianProduct: the vector [1, 2] meets the output [2]; they must have one shape",
  );
});

test("a vector-Jacobian product weights the rows of the Jacobian, and is linear in the vector", async () => {
  const x = tensor([1, 2, 3]);
  const vector = tensor([1, 10, 100]);
  const y = mul(x, x);
  const [product] = vectorJacobianProduct(y, vector, [x]);
  expect(await numbers(product!)).toEqual([2, 40, 600]);
  // Twice the reverse mode is the forward mode: the Jacobian times a vector.
  expect(await lists(gradients(sum(product!), [vector]))).toEqual([[2, 4, 6]]);
});

test("valueAndGradients gives both from one graph", async () => {
  const w = variable([2, 3]);
  const { value, gradients: found } = valueAndGradients(() => sum(mul(w.value, w.value)), [w]);
  expect([await value.item(), ...(await lists(found))]).toEqual([13, [4, 6]]);
});

test("gradients are built only for what leads to a target", () => {
  const x = tensor([[1, 2]]);
  const w = tensor([[3], [4]]);
  const y = sum(matmul(tanh(matmul(transpose(w), transpose(x))), matmul(x, w)));
  const [inX] = gradients(y, [x]);
  expect(explain(inX!).match(/matmul/g)!.length).toBeLessThan(explain(gradients(y, [x, w])).match(/matmul/g)!.length);
});

describe("a chain of 10,000 nodes is walked without recursion", () => {
  const chains: Readonly<Record<string, (x: Tensor) => Tensor>> = {
    elementwise: (x) => repeat(deep, x, (y) => sub(mul(y, 1.0001), 0.0001)),
    "of reductions and products": (x) => repeat(deep / 4, x, (y) => add(matmul(mul(y, 0), y), sum(mul(y, 0.5)))),
  };

  function repeat(count: number, first: Tensor, next: (before: Tensor) => Tensor): Tensor {
    let result = first;
    for (let at = 0; at < count; at++) result = next(result);
    return result;
  }

  test.each(Object.entries(chains))("%s", { timeout: 60_000 }, async (_, chain) => {
    const x = tensor(new Float64Array([1]), { shape: [1, 1] });
    const y = chain(x);
    const [slope] = gradients(sum(y), [x]);
    expect(explain(y)).toContain("arena");
    const values = await lists([y, slope!]);
    for (const value of values.flat()) expect(value).not.toBeNaN();
    const compiled = compile((z: Tensor) => {
      const end = chain(z);
      return [end, ...gradients(sum(end), [z])];
    });
    compiled(x);
    expect(await lists(compiled(x))).toEqual(values);
    const { output } = scan((carry, [row]) => ({ carry, output: [chain(row!)] }), {
      initial: [],
      sequences: [x.reshape([1, 1, 1])],
    });
    expect(await numbers(output[0]!)).toEqual(values[0]);
  });
});
