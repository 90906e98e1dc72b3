import { cpu } from "@gradloom/backend-cpu";
import {
  abs,
  acos,
  acosh,
  asin,
  asinh,
  atan2,
  atanh,
  cosh,
  erfInv,
  gradients,
  hypot,
  logAddExp,
  logSoftmax,
  logSumExp,
  mul,
  sigmoid,
  sign,
  sinh,
  softmax,
  softplus,
  sum,
  tan,
  tensor,
  type Tensor,
  useBackend,
  zerosLike,
} from "@gradloom/core";
import { beforeAll, expect, test } from "vitest";
import { backward } from "../../src/gradient/backward.ts";
import type { Node } from "../../src/tensor/graph.ts";
import { values } from "./values.ts";

beforeAll(() => useBackend(cpu()));

const f64 = (numbers: readonly number[]): Tensor => tensor(new Float64Array(numbers), { shape: [2, 3] });
const weights = f64([0.5, -1, 2, 0.25, 1.5, -0.75]);
const usual = [0.3, -0.6, 0.45, -0.2, 0.7, 0.55];
const other = [0.9, 0.4, -0.35, 0.8, -0.15, 0.25];

interface Row {
  readonly name: string;
  readonly call: (...inputs: readonly Tensor[]) => Tensor;
  readonly numbers: readonly (readonly number[])[];
}

function row(name: string, call: Row["call"], ...numbers: Row["numbers"]): Row {
  return { name, call, numbers };
}

const ofOne = { abs, acos, asin, asinh, atanh, cosh, erfInv, sigmoid, sign, sinh, softplus, tan };

/** The public functions of operations that have a meaning and a gradient rule of their own. */
const functions: readonly Row[] = [
  ...Object.entries(ofOne).map(([name, call]) => row(name, (x) => call(x!), usual)),
  row(
    "acosh",
    (x) => acosh(x!),
    usual.map((value) => 2 + value),
  ),
  row("hypot", (a, b) => hypot(a!, b!), usual, other),
  row("atan2", (a, b) => atan2(a!, b!), usual, other),
  row("logAddExp", (a, b) => logAddExp(a!, b!), usual, other),
  row("logSumExp", (x) => logSumExp(x!, { axis: 1, keepDims: true }), usual),
  row("softmax", (x) => softmax(x!), usual),
  row("logSoftmax", (x) => logSoftmax(x!), usual),
];

/** Lets the gradient of every operation behind x come from its meaning. */
function byMeaning(x: Tensor): number {
  let changed = 0;
  const open: Node[] = [x.node];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    const { operation, attributes, inputs } = node;
    if (operation.compose !== undefined && operation.grad !== undefined) {
      changed++;
      node.backward = ({ incoming }) => {
        const found = backward(operation.compose!(inputs, attributes), incoming, inputs, true);
        return found.map((gradient, at) => () => gradient ?? zerosLike(inputs[at]!));
      };
    }
    open.push(...inputs.map((input) => input.node));
  }
  return changed;
}

function derivatives({ call, numbers }: Row, rule: "own" | "meaning"): readonly Tensor[] {
  const inputs = numbers.map(f64);
  const y = call(...inputs);
  if (rule === "meaning") expect(byMeaning(y)).toBeGreaterThan(0);
  const first = gradients(sum(mul(y, weights)), inputs, { unused: "zeros" });
  const along = first.map((gradient) => sum(mul(gradient, weights))).reduce((total, part) => total.add(part));
  return [...first, ...gradients(along, inputs, { unused: "zeros" })];
}

test.each(functions)("$name has the gradients of its meaning, first and second order", async (tested) => {
  const own = await Promise.all(derivatives(tested, "own").map(values));
  const meant = await Promise.all(derivatives(tested, "meaning").map(values));
  own.flat().forEach((slope, at) => expect(Math.abs(slope - meant.flat()[at]!)).toBeLessThan(1e-8));
});
