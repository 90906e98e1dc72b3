import { cpu } from "@gradloom/backend-cpu";
import {
  add,
  checkpoint,
  cos,
  customGradient,
  exp,
  gradients,
  hessian,
  hessianVectorProduct,
  jacobian,
  jacobianVectorProduct,
  map,
  matmul,
  mul,
  neg,
  reshape,
  scan,
  sin,
  square,
  sum,
  tanh,
  tensor,
  type Tensor,
  useBackend,
  variable,
  zeros,
} from "@gradloom/core";
import { gradientCheck, property } from "@gradloom/testing";
import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { messageOf, values } from "./values.ts";

beforeAll(() => useBackend(cpu()));

const f64 = (numbers: readonly number[], shape: readonly number[] = [numbers.length]): Tensor =>
  tensor(new Float64Array(numbers), { shape });
const round = async (x: Tensor): Promise<readonly number[]> =>
  (await values(x)).map((value) => Number(value.toFixed(12)) + 0);

/** What a function may stand in. */
const bodies: readonly ((call: (x: Tensor) => Tensor) => (x: Tensor) => Tensor)[] = [
  (call) => checkpoint(call),
  (call) => (x) => sum(map(call, reshape(x, [1]))),
  (call) => (x) => scan(([y]) => ({ carry: [call(y!)] }), { initial: [x], length: 1 }).carry[0]!,
  (call) => customGradient((x: Tensor) => ({ value: call(x), gradient: (dy) => gradients(mul(call(x), dy), [x]) })),
];

describe("customGradient", () => {
  const reversed = customGradient((x: Tensor) => ({ value: x, gradient: (dy) => [mul(neg(dy), 0.5)] }));
  /** sin with its own derivative, and a second input that gets none. */
  const sine = customGradient((x: Tensor, ignored: Tensor) => ({
    value: add(sin(x), mul(ignored, 0)),
    gradient: (dy) => [mul(dy, cos(x)), null],
  }));

  test("gives the value, and the gradient that it was told", async () => {
    const x = f64([1, 2]);
    const y = reversed(square(x));
    expect(await values(y)).toEqual([1, 4]);
    expect(await values(gradients(sum(y), [x])[0]!)).toEqual([-1, -2]);
  });

  test("differentiates the gradient again", () =>
    gradientCheck((x) => sine(x, zeros([], "float64")), [f64([0.3, 1.2])]));

  test("keeps its gradient inside loops and checkpoints", async () => {
    const x = f64([1, 2, 3]);
    const loss = (): Tensor =>
      scan(([total], [slice]) => ({ carry: [add(total!, reversed(square(slice!)))] }), {
        initial: [zeros([], "float64")],
        sequences: [x],
      }).carry[0]!;
    expect(await values(gradients(loss(), [x])[0]!)).toEqual([-1, -2, -3]);
    const kept = sum(checkpoint((y: Tensor) => reversed(square(y)))(x));
    expect(await values(gradients(kept, [x])[0]!)).toEqual([-1, -2, -3]);
  });

  test("gives no gradient to tensors from outside", () => {
    const outside = f64([2, 3]);
    const scaled = customGradient((x: Tensor) => ({ value: mul(x, outside), gradient: (dy) => [mul(dy, outside)] }));
    expect(messageOf(() => gradients(sum(scaled(f64([1, 2]))), [outside]))).toBe(
      "gradients: the output does not depend on target 0 [2]; leave it out, build the output after its last assign, or pass " +
        '{ unused: "zeros" }',
    );
  });

  test(
    "may use another tensor of the body that it is in, whatever that is nested in",
    property(
      [fc.array(fc.constantFrom(...bodies), { maxLength: 3 }), fc.integer({ min: -3, max: 3 })],
      async (nested, number) => {
        const inner = (x: Tensor): Tensor => {
          const double = mul(x, 2);
          const scaled = customGradient((y: Tensor) => ({
            value: mul(y, double),
            gradient: (dy) => [mul(dy, mul(double, double))],
          }));
          return scaled(x);
        };
        const x = f64([number], []);
        const y = nested.reduce<(x: Tensor) => Tensor>((call, body) => body(call), inner)(x);
        const [first] = gradients(y, [x]);
        const [second] = gradients(first!, [x]);
        expect(await Promise.all([y, first!, second!].map((one) => one.item()))).toEqual(
          [2 * number ** 2, 4 * number ** 2, 8 * number].map((one) => one + 0),
        );
      },
    ),
  );

  test("checks what the gradient gives", () => {
    const x = f64([1, 2]);
    const wrongShape = customGradient((y: Tensor) => ({ value: y, gradient: () => [zeros([3], "float64")] }));
    expect(messageOf(() => gradients(sum(wrongShape(x)), [x]))).toBe(
      "customGradient: input 0 is float64 [2], its gradient is float64 [3]; they must agree",
    );
    const wrongCount = customGradient((y: Tensor) => ({ value: y, gradient: () => [] }));
    expect(messageOf(() => gradients(sum(wrongCount(x)), [x]))).toBe(
      "customGradient: gradient gives nothing for 1 inputs; it must give a tensor for each, null where no gradient flows",
    );
  });
});

describe("jacobian and hessian", () => {
  test("hold every derivative, in the shapes of output and target", async () => {
    const w = variable(f64([1, 2, 3, 4, 5, 6], [2, 3]));
    const y = matmul(w.value, f64([1, 10, 100]));
    const all = jacobian(y, w);
    expect(all.shape).toEqual([2, 2, 3]);
    expect(await values(all)).toEqual([1, 10, 100, 0, 0, 0, 0, 0, 0, 1, 10, 100]);
    expect(jacobian(zeros([0], "float64"), w).shape).toEqual([0, 2, 3]);
  });

  test("the hessian of x^2 y", async () => {
    const at = f64([3, 5]);
    const [x, y] = [sum(at.slice([0], [1])), sum(at.slice([1], [2]))];
    expect(await values(hessian(mul(square(x), y), at))).toEqual([10, 6, 6, 0]);
    expect(await values(hessian(sum(at), at))).toEqual([0, 0, 0, 0]);
  });
});

describe("products with vectors", () => {
  const x = f64([0.2, -0.4, 0.7]);
  const w = f64([1, 2, 3, 4, 5, 6], [2, 3]);
  const y = tanh(matmul(w, x));
  const u = f64([1, -2, 0.5]);
  const v = f64([0.3, 0.1, -1, 0, 2, 1], [2, 3]);

  test("jacobianVectorProduct is the jacobians times the vectors", async () => {
    const whole = add(matmul(jacobian(y, x), u), matmul(jacobian(y, w).reshape([2, 6]), v.reshape([6])));
    expect(await round(jacobianVectorProduct(y, [x, w], [u, v]))).toEqual(await round(whole));
  });

  test("hessianVectorProduct is the hessian times the vector", async () => {
    const loss = sum(mul(y, exp(y)));
    expect(await round(hessianVectorProduct(loss, [x], [u])[0]!)).toEqual(await round(matmul(hessian(loss, x), u)));
    expect(await values(hessianVectorProduct(sum(x), [x], [u])[0]!)).toEqual([0, 0, 0]);
  });

  test("both can be differentiated themselves", async () => {
    const cases: readonly ((x: Tensor) => Tensor)[] = [
      (at) => jacobianVectorProduct(tanh(square(at)), [at], [u]),
      (at) => hessianVectorProduct(sum(sin(square(at))), [at], [u])[0]!,
    ];
    for (const call of cases) await gradientCheck(call, [x]);
  });

  test("the vectors must be like the targets", () => {
    expect(messageOf(() => jacobianVectorProduct(y, [x], [v]))).toBe(
      "jacobianVectorProduct: targets float64 [3] meet vectors float64 [2, 3]; give one vector of the same shape and dtype for each target",
    );
    expect(messageOf(() => hessianVectorProduct(sum(y), [x, w], [u]))).toBe(
      "hessianVectorProduct: targets float64 [3], float64 [2, 3] meet vectors float64 [3]; give one vector of the same shape and dtype for each target",
    );
  });
});
