import { cpu } from "@gradloom/backend-cpu";
import {
  add,
  chain,
  define,
  div,
  finiteNumber,
  mul,
  Optimizer,
  type OptimizerRule,
  required,
  type Schedule,
  sqrt,
  sub,
  sum,
  tensor,
  useBackend,
  type Variable,
  variable,
} from "@gradloom/core";
import { optimizerSuite } from "@gradloom/testing";
import { describe, expect, test } from "vitest";
import {
  adam,
  adamW,
  clipByGlobalNorm,
  clipByNorm,
  clipByValue,
  clipped,
  optimizers,
  scaleByLearningRate,
  sgd,
} from "../src/index.ts";

useBackend(cpu());

/** Two parameters and what pulls them: the loss is half the sum of pull · (parameter - goal)². */
const starts = [
  [1, -2, 3],
  [0.5, 4],
];
const goals = [
  [0, 1, -1],
  [2, 0],
];
const pulls = [
  [1, 0.5, 8],
  [3, 0.01],
];

/** Changes one parameter's numbers by its gradient, as a plain program; `count` is 1 at the first step. */
type Reference = () => (parameter: number[], gradient: readonly number[], count: number) => void;

interface Row {
  readonly name: string;
  readonly rule: OptimizerRule;
  readonly reference: Reference;
  /** What is done to the gradients of all parameters first. */
  readonly clip?: (gradients: readonly (readonly number[])[]) => number[][];
}

const rate = 0.1;

const inverseRoot = define(
  "schedule",
  "inverseRoot",
  { first: required(finiteNumber()) },
  ({ first }: { readonly first: number }): Schedule => {
    return (count) => div(first, sqrt(count));
  },
);

function momentumOf(momentum: number, nesterov: boolean): Reference {
  return () => {
    const velocity: number[] = [];
    return (parameter, gradient) =>
      gradient.forEach((slope, at) => {
        velocity[at] = momentum * (velocity[at] ?? 0) + slope;
        parameter[at]! -= rate * (nesterov ? slope + momentum * velocity[at] : velocity[at]);
      });
  };
}

function adamOf({
  beta1 = 0.9,
  beta2 = 0.999,
  epsilon = 1e-8,
  weightDecay = 0,
  rateAt = () => rate,
}: {
  readonly beta1?: number;
  readonly beta2?: number;
  readonly epsilon?: number;
  readonly weightDecay?: number;
  readonly rateAt?: (count: number) => number;
}): Reference {
  return () => {
    const first: number[] = [];
    const second: number[] = [];
    return (parameter, gradient, count) =>
      gradient.forEach((slope, at) => {
        first[at] = beta1 * (first[at] ?? 0) + (1 - beta1) * slope;
        second[at] = beta2 * (second[at] ?? 0) + (1 - beta2) * slope ** 2;
        const [corrected1, corrected2] = [beta1, beta2].map((beta) => -Math.expm1(count * Math.log(beta)));
        const direction = first[at] / corrected1! / (Math.sqrt(second[at] / corrected2!) + epsilon);
        parameter[at]! -= rateAt(count) * (direction + weightDecay * parameter[at]!);
      });
  };
}

const plain: Reference = () => (parameter, gradient) =>
  gradient.forEach((slope, at) => (parameter[at]! -= rate * slope));
const norm = (numbers: readonly number[]): number => Math.hypot(...numbers);

const rows: readonly Row[] = [
  { name: "sgd", rule: sgd({ learningRate: 0.1 }), reference: plain },
  {
    name: "sgd with momentum",
    rule: sgd({ learningRate: 0.1, momentum: 0.8 }),
    reference: momentumOf(0.8, false),
  },
  {
    name: "sgd with Nesterov's momentum",
    rule: sgd({ learningRate: 0.1, momentum: 0.8, nesterov: true }),
    reference: momentumOf(0.8, true),
  },
  { name: "adam", rule: adam({ learningRate: 0.1 }), reference: adamOf({}) },
  {
    name: "adam with other moments",
    rule: adam({ learningRate: 0.1, beta1: 0.5, beta2: 0.9, epsilon: 0.01 }),
    reference: adamOf({ beta1: 0.5, beta2: 0.9, epsilon: 0.01 }),
  },
  {
    name: "adam with a schedule",
    rule: adam({ learningRate: inverseRoot({ first: 0.1 }) }),
    reference: adamOf({ rateAt: (count) => 0.1 / Math.sqrt(count) }),
  },
  {
    name: "adamW",
    rule: adamW({ learningRate: 0.1, weightDecay: 0.3 }),
    reference: adamOf({ weightDecay: 0.3 }),
  },
  {
    name: "sgd clipped by value",
    rule: clipped(sgd({ learningRate: 0.1 }), { value: 0.75 }),
    reference: plain,
    clip: (gradients) => gradients.map((one) => one.map((slope) => Math.min(Math.max(slope, -0.75), 0.75))),
  },
  {
    name: "sgd clipped by norm",
    rule: clipped(sgd({ learningRate: 0.1 }), { norm: 2 }),
    reference: plain,
    clip: (gradients) => gradients.map((one) => one.map((slope) => slope * Math.min(1, 2 / norm(one)))),
  },
  {
    name: "adam clipped by global norm",
    rule: clipped(adam({ learningRate: 0.1, beta2: 0.9 }), { globalNorm: 2 }),
    reference: adamOf({ beta2: 0.9 }),
    clip: (gradients) => gradients.map((one) => one.map((slope) => slope * Math.min(1, 2 / norm(gradients.flat())))),
  },
  {
    name: "sgd clipped by value, then by norm",
    rule: clipped(sgd({ learningRate: 0.1 }), { norm: 1, value: 0.75 }),
    reference: plain,
    clip: (gradients) =>
      gradients
        .map((one) => one.map((slope) => Math.min(Math.max(slope, -0.75), 0.75)))
        .map((one) => one.map((slope) => slope * Math.min(1, 1 / norm(one)))),
  },
];

function parametersOf(dtype: "float32" | "float64"): readonly Variable[] {
  return starts.map((start, at) => variable(tensor(start, { dtype }), { name: `layer${at}/kernel` }));
}

function lossOf(parameters: readonly Variable[]): ReturnType<typeof sum> {
  return parameters
    .map((parameter, at) => {
      const away = sub(parameter.value, tensor(goals[at]!, { dtype: parameter.dtype }));
      return mul(sum(mul(mul(away, away), tensor(pulls[at]!, { dtype: parameter.dtype }))), 0.5);
    })
    .reduce((a, b) => add(a, b));
}

/** The numbers of all parameters after a number of steps. */
async function trained(rule: OptimizerRule, steps: number): Promise<readonly number[]> {
  const parameters = parametersOf("float64");
  const optimizer = new Optimizer(rule, parameters);
  for (let step = 0; step < steps; step++) optimizer.step(lossOf(parameters));
  return (await Promise.all(parameters.map((parameter) => parameter.data()))).flatMap((data) => [...data]);
}

function expected({ reference, clip = (gradients) => gradients.map((one) => [...one]) }: Row, steps: number): number[] {
  const numbers = starts.map((start) => [...start]);
  const updates = numbers.map(() => reference());
  for (let count = 1; count <= steps; count++) {
    const slopes = numbers.map((one, at) =>
      one.map((value, place) => pulls[at]![place]! * (value - goals[at]![place]!)),
    );
    clip(slopes).forEach((slope, at) => updates[at]!(numbers[at]!, slope, count));
  }
  return numbers.flat();
}

optimizerSuite(
  Object.fromEntries(rows.map(({ name, rule }) => [name, { make: () => rule }])),
  { describe, test },
  { plugins: [optimizers, inverseRoot], backend: cpu() },
);

describe.each(rows)("$name, for several parameters", (row) => {
  test.each([1, 2, 10])("takes the %i steps of its published rule", async (steps) => {
    const wanted = expected(row, steps);
    // Each step rounds less than 32 times, by numbers of at most 16: the largest gradient is 8 · 4 times a rate of 0.1.
    const allowed = steps * 32 * 2 ** -53 * 16;
    (await trained(row.rule, steps)).forEach((value, at) => {
      expect(Math.abs(value - wanted[at]!)).toBeLessThanOrEqual(allowed);
    });
  });
});

test("what optimizers keep has stable names", () => {
  const pathsOf = (rule: OptimizerRule): readonly string[] =>
    new Optimizer(rule, parametersOf("float32").slice(0, 1)).state.map(({ path }) => path).slice(2);
  expect(pathsOf(sgd())).toEqual([]);
  expect(pathsOf(sgd({ momentum: 0.9 }))).toEqual(["optimizer/0/layer0/kernel/velocity"]);
  expect(pathsOf(adam())).toEqual(["optimizer/0/layer0/kernel/mean", "optimizer/0/layer0/kernel/square"]);
  expect(pathsOf(adamW())).toEqual(pathsOf(adam()));
});

describe("clipping", () => {
  const near = (wanted: readonly number[]) => wanted.map((value): unknown => expect.closeTo(value, 6));
  /** What one step of size 1 subtracts from parameters with these gradients. */
  async function update(
    link: ReturnType<typeof clipByNorm>,
    gradients: readonly (readonly number[])[],
  ): Promise<readonly number[]> {
    const parameters = gradients.map((gradient, at) =>
      variable(
        gradient.map(() => 0),
        { name: `p${at}` },
      ),
    );
    new Optimizer(chain(1, link, scaleByLearningRate()), parameters).step(
      gradients.map((gradient) => tensor(gradient as number[])),
    );
    const moved = await Promise.all(parameters.map((parameter) => parameter.data()));
    return moved.flatMap((data) => Array.from(data, (value) => 0 - value));
  }

  test("leaves gradients within the limit, and zeros, exactly as they are", async () => {
    const gradients = [
      [0.25, -0.5],
      [0, 0],
    ];
    for (const link of [clipByValue(1), clipByNorm(1), clipByGlobalNorm(1)])
      expect(await update(link, gradients)).toEqual(gradients.flat());
    for (const link of [clipByValue(1), clipByNorm(1), clipByGlobalNorm(1)])
      expect(await update(link, [[0]])).toEqual([0]);
  });

  test("by norm looks at each parameter alone, by global norm at all together", async () => {
    const gradients = [
      [3, 4],
      [0, 12],
    ];
    expect(await update(clipByNorm(5), gradients)).toEqual(near([3, 4, 0, 5]));
    expect(await update(clipByGlobalNorm(6.5), gradients)).toEqual(near([1.5, 2, 0, 6]));
    expect(await update(clipByValue(3.5), gradients)).toEqual(near([3, 3.5, 0, 3.5]));
  });

  test("gradients whose squares no float holds are clipped to the limit", async () => {
    for (const link of [clipByNorm(5), clipByGlobalNorm(5)]) {
      expect(await update(link, [[3e20, 4e20]])).toEqual(near([3, 4]));
      expect(await update(link, [[3e38, 1]])).toEqual(near([5, 5 / 3e38]));
    }
    for (const link of [clipByNorm(5e-30), clipByGlobalNorm(5e-30)])
      expect(await update(link, [[3e-25, 4e-25]])).toEqual([expect.closeTo(3e-30, 35), expect.closeTo(4e-30, 35)]);
    expect(await update(clipByGlobalNorm(1.3), [[3e30], [4e30, 12e30]])).toEqual(near([0.3, 0.4, 1.2]));
  });

  test("lets NaN through, so that the Trainer sees it", async () => {
    for (const link of [clipByValue(1), clipByNorm(1), clipByGlobalNorm(1)])
      expect(await update(link, [[Number.NaN]])).toEqual([Number.NaN]);
  });
});

test("options that make no sense are refused when the optimizer is made", () => {
  const refused = [
    [() => adam({ beta1: 1 }), "adam: beta1 is 1; it must be a number from 0 to below 1"],
    [() => adam({ beta2: -0.1 }), "adam: beta2 is -0.1; it must be a number from 0 to below 1"],
    [() => adamW({ epsilon: 0 }), "adamW: epsilon is 0; it must be a finite number above 0"],
    [() => adamW({ weightDecay: Number.NaN }), "adamW: weightDecay is NaN; it must be a finite number of 0 or more"],
    [() => sgd({ momentum: 1.5 }), "sgd: momentum is 1.5; it must be a number from 0 to below 1"],
    [
      () => sgd({ nesterov: true }),
      "sgd: nesterov meets a momentum of 0; it looks ahead along the momentum, so give one, e.g. { momentum: 0.9 }",
    ],
    [() => clipped(adam, {}), "clipped: there is no limit; give value, norm or globalNorm, e.g. { globalNorm: 1 }"],
    [() => clipped(adam, { value: 0 }), "clipped: value is 0; it must be a finite number above 0"],
    [() => clipByNorm(Infinity), "clipByNorm: limit is Infinity; it must be a finite number above 0"],
    [() => clipByGlobalNorm(-1), "clipByGlobalNorm: limit is -1; it must be a finite number above 0"],
    [
      () => sgd({ learningRate: "0.01" as never }),
      'sgd: learningRate is "0.01"; it must be a finite number of 0 or more, or a schedule',
    ],
    [
      () => new Optimizer(chain(Number.NaN), []),
      "optimizer: the learning rate is NaN; it must be a finite number of 0 or more",
    ],
  ] as const;
  for (const [make, message] of refused) expect(make).toThrow(expect.objectContaining({ message }));
});
