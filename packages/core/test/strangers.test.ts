import { cpu } from "@gradloom/backend-cpu";
import {
  build,
  exp,
  full,
  type Layer,
  mul,
  Optimizer,
  primitive,
  apply,
  sequential,
  sum,
  tensor,
  useBackend,
  variable,
  type Tensor,
} from "@gradloom/core";
import { beforeAll, describe, expect, test } from "vitest";

beforeAll(() => useBackend(cpu()));

const refusals: readonly (readonly [string, () => unknown, string])[] = [
  [
    "a variable as an operand",
    () => mul(variable([1], { name: "w" }) as never, 2),
    "mul: variable w is no tensor; use its .value",
  ],
  [
    "a variable to reduce",
    () => sum(variable([1], { name: "w" }) as never),
    "sum: variable w is no tensor; use its .value",
  ],
  [
    "a variable to reshape",
    () => variable([1]).value.add(variable([1], { name: "w" }) as never),
    "add: variable w is no tensor; use its .value",
  ],
  [
    "an array as an operand",
    () => mul(tensor([1]), [1] as never),
    "mul: an array is no tensor; make one with tensor(...)",
  ],
  ["a number where a tensor must be", () => exp(5 as never), "exp: 5 is no tensor; make one with tensor(...)"],
  [
    "a dtype that there is not",
    () => full([1], 0, "float16" as never),
    "full: float16 is no dtype; there are bool, int32, uint32, float32, float64, uint8",
  ],
  [
    "an optimizer that is no rule",
    () => new Optimizer((() => 0) as never, []),
    "optimizer: () => 0 is no rule; give one, e.g. adam({ learningRate: 0.001 })",
  ],
  [
    "something else in the place of a layer",
    () => build(sequential(7 as never), { input: [1] }),
    "the model: 7 in the place of 0-layer is no layer; give a layer, e.g. dense({ units: 8 })",
  ],
];

describe("what types forbid is refused in JavaScript too:", () => {
  test.each(refusals)("%s", (_, body, message) => expect(body).toThrow(expect.objectContaining({ message })));
});

test("a parameter that is given twice is refused", () => {
  const weight = variable([1], { name: "w" });
  const rule = { learningRate: 1, links: [] };
  expect(() => new Optimizer(rule, [weight, weight])).toThrow(
    "optimizer: w is given twice; each parameter takes one step, so name it once",
  );
});

test("a layer whose call gives another shape than its build declared is named", () => {
  const liar: Layer = { name: "liar", build: () => ({ output: [3], call: (x) => x }) };
  const model = build(sequential(liar), { input: [2] });
  expect(() => model.call(tensor([[1, 2]]))).toThrow(
    "a layer's call gave [1, 2], its build declared [batch, 3]; they must agree\n  in layer liar",
  );
});

test("a primitive without a kernel is named, with its backend", async () => {
  const strange = primitive<object>({ name: "acme.strange", infer: ([x]) => [x!], grad: () => [null] });
  await expect(apply(strange, [tensor([1])], {}).data()).rejects.toThrow(
    "acme.strange: backend cpu has no kernel for it and it has no meaning to fall back on; give one in kernelBackend({ others })",
  );
});

test("a commit that fails takes its assignments back and leaves everything else to be read", async () => {
  const strange = primitive<object>({ name: "acme.strange", infer: ([x]) => [x!], grad: () => [null] });
  const [weight, other] = [variable([1, 2]), variable([3])];
  await weight.data();
  weight.assign(apply(strange, [weight.value], {}) as Tensor);
  other.assign(tensor([4]));
  await expect(weight.data()).rejects.toThrow("acme.strange");
  expect(await weight.data()).toEqual(new Float32Array([1, 2]));
  expect(await other.data()).toEqual(new Float32Array([3]));
});
