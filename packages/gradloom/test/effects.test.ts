import { cpu } from "@gradloom/backend-cpu";
import { wasm } from "@gradloom/backend-wasm";
import {
  add,
  build,
  type CallContext,
  checkpoint,
  compile,
  customGradient,
  type Forward,
  gradients,
  type Layer,
  less,
  map,
  mul,
  named,
  randomUniform,
  reshape,
  scan,
  sequential,
  slice,
  stopGradient,
  sub,
  sum,
  tensor,
  type Tensor,
  useBackend,
  type Variable,
} from "@gradloom/core";
import type { Backend } from "@gradloom/core/backend";
import { property } from "@gradloom/testing";
import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";

const backends: readonly (readonly [string, Backend])[] = [
  ["cpu", cpu()],
  ["wasm", wasm()],
];

/** What a body does with a number that comes in and the context; every action gives a number that goes on. */
type Action =
  | { readonly kind: "update"; readonly state: number; readonly factor: number }
  | { readonly kind: "latest"; readonly state: number }
  | { readonly kind: "loss"; readonly factor: number }
  | { readonly kind: "check"; readonly below: number }
  | { readonly kind: "loop"; readonly steps: number; readonly reverse: boolean; readonly body: readonly Action[] }
  | { readonly kind: "checkpoint"; readonly body: readonly Action[] }
  | { readonly kind: "gradient"; readonly factor: number; readonly body: readonly Action[] };

const states = 2;
const factor = fc.integer({ min: -8, max: 8 }).map((eighths) => eighths / 8);
const { body } = fc.letrec<{ body: readonly Action[]; action: Action }>((tie) => ({
  body: fc.array(tie("action"), { minLength: 1, maxLength: 3 }),
  action: fc.oneof(
    { maxDepth: 3 },
    fc.record({ kind: fc.constant("update" as const), state: fc.nat(states - 1), factor }),
    fc.record({ kind: fc.constant("latest" as const), state: fc.nat(states - 1) }),
    fc.record({ kind: fc.constant("loss" as const), factor }),
    fc.record({ kind: fc.constant("check" as const), below: factor }),
    fc.record({
      kind: fc.constant("loop" as const),
      steps: fc.integer({ min: 0, max: 3 }),
      reverse: fc.boolean(),
      body: tie("body"),
    }),
    fc.record({ kind: fc.constant("checkpoint" as const), body: tie("body") }),
    fc.record({ kind: fc.constant("gradient" as const), factor, body: tie("body") }),
  ),
}));

/** Does the actions, with loops and checkpoints as they are, or written out. */
function act(
  actions: readonly Action[],
  x: Tensor,
  variables: readonly Variable[],
  context: CallContext,
  unrolled: boolean,
): Tensor {
  let value = x;
  const inner = (body: readonly Action[], from: Tensor): Tensor => act(body, from, variables, context, unrolled);
  for (const action of actions) {
    switch (action.kind) {
      case "update": {
        const state = variables[action.state]!;
        context.update(state, add(mul(context.latest(state), action.factor), value));
        break;
      }
      case "latest":
        value = mul(add(value, context.latest(variables[action.state]!)), 0.5);
        break;
      case "loss":
        context.addLoss(mul(mul(value, value), action.factor));
        break;
      case "check":
        context.check(less(value, action.below), `the number is not below ${action.below}`);
        break;
      case "checkpoint":
        value = unrolled ? inner(action.body, value) : checkpoint((from: Tensor) => inner(action.body, from))(value);
        break;
      case "gradient": {
        const from = value;
        const slope = action.factor;
        value = unrolled
          ? add(stopGradient(inner(action.body, from)), mul(sub(from, stopGradient(from)), slope))
          : customGradient((given: Tensor) => ({
              value: inner(action.body, given),
              gradient: (dy) => [mul(dy, slope)],
            }))(from);
        break;
      }
      case "loop": {
        const sequence = tensor(Float64Array.from({ length: action.steps }, (_, at) => (at + 1) / 4));
        if (!unrolled) {
          const { carry } = scan(([from], [own]) => ({ carry: [inner(action.body, add(from!, own!))] }), {
            initial: [value],
            sequences: [sequence],
            reverse: action.reverse,
          });
          value = carry[0]!;
          break;
        }
        for (let step = 0; step < action.steps; step++) {
          const at = action.reverse ? action.steps - 1 - step : step;
          value = inner(action.body, add(value, reshape(slice(sequence, [at], [at + 1]), [])));
        }
      }
    }
  }
  return value;
}

/** Everything that a pass gives, and the gradient of its losses, as numbers. */
async function outcome(
  actions: readonly Action[],
  unrolled: boolean,
  compiled: boolean,
  backend: Backend,
): Promise<{ readonly numbers: readonly (readonly number[])[]; readonly broken: readonly string[] }> {
  let variables: readonly Variable[] = [];
  const layer: Layer = {
    build: (input, make) => {
      variables = [0.5, -0.25].map((first, at) => make.state(`state${at}`, tensor(first, { dtype: "float64" })));
      return {
        output: input,
        call: (x, context) => reshape(act(actions, reshape(x as Tensor, []), variables, context, unrolled), [1]),
      };
    },
  };
  const model = build(layer, { input: [], dtype: "float64", backend });
  const conditions: string[] = [];
  const pass = (x: Tensor): readonly Tensor[] => {
    const { output, updates, losses, checks }: Forward = model.forward(x, { training: true });
    const total = losses.reduce(add, sum(output as Tensor));
    conditions.splice(0, Infinity, ...checks.map(({ problem }) => problem));
    return [
      output as Tensor,
      total,
      ...gradients(total, [x], { unused: "zeros" }),
      ...variables.map((variable) => updates.get(variable) ?? variable.value),
    ];
  };
  const holds = (x: Tensor): readonly Tensor[] =>
    model.forward(x, { training: true }).checks.map((check) => check.holds);
  const x = tensor(Float64Array.of(0.75));
  const run = (call: (x: Tensor) => readonly Tensor[]): Promise<(readonly number[])[]> =>
    Promise.all((compiled ? compile(call, { backend })(x) : call(x)).map(async (one) => Array.from(await one.data())));
  const numbers = await run(pass);
  const broken = new Set<string>();
  (await run(holds)).forEach(([held], at) => {
    if (held === 0) broken.add(conditions[at]!);
  });
  return { numbers, broken: [...broken].sort() };
}

describe.each(backends)("on %s, what layers tell inside loops and checkpoints", (_, backend) => {
  beforeAll(() => useBackend(backend));

  test(
    "is what they tell where these are written out, compiled or not",
    property(
      [body],
      async (actions) => {
        for (const compiled of [false, true]) {
          const loops = await outcome(actions, false, compiled, backend);
          const plain = await outcome(actions, true, compiled, backend);
          expect(loops.broken).toEqual(plain.broken);
          expectNear(loops.numbers, plain.numbers);
        }
      },
      30,
    ),
  );

  /** The masks that one layer draws in a loop of three steps, and the gradient of their product with x. */
  async function masks(seed: number, step: number, inCheckpoint = false): Promise<readonly number[][]> {
    const layer: Layer = {
      build: () => ({
        output: [3, 4],
        call: (x, context) => {
          const masked = (one: Tensor): Tensor => mul(one, randomUniform(context.random("mask"), [4]));
          const call = inCheckpoint ? checkpoint(masked) : masked;
          return reshape(
            map((row) => call(row), reshape(x as Tensor, [3, 4])),
            [1, 3, 4],
          );
        },
      }),
    };
    const model = build(layer, { input: [3, 4], seed, backend });
    const x = tensor(new Float32Array(12).fill(1), { shape: [1, 3, 4] });
    const { output } = model.forward(x, { training: true, step: tensor(Uint32Array.of(step)) });
    const [slope] = gradients(sum(output as Tensor), [x]);
    const rows = async (of: Tensor): Promise<number[]> => Array.from(await of.data());
    return [await rows(output as Tensor), await rows(slope!)];
  }

  test("draws others at each step of a loop, the same where the loop is gone through again, and in every run", async () => {
    const [values, slopes] = await masks(1, 5);
    expect(new Set(values).size).toBe(12);
    expect(slopes).toEqual(values);
    expect(await masks(1, 5, true)).toEqual([values, values]);
    expect((await masks(1, 6))[0]!.filter((value) => values!.includes(value))).toEqual([]);
    expect((await masks(2, 5))[0]!.filter((value) => values!.includes(value))).toEqual([]);
  });
});

test("loops draw the same numbers on every backend", async () => {
  const drawn = await Promise.all(
    backends.map(async ([, backend]) => {
      const layer: Layer = {
        build: () => ({
          output: [2, 3],
          call: (x, context) =>
            map(
              (row) => map((one) => mul(one, randomUniform(context.random("own"), [])), row),
              reshape(x as Tensor, [2, 3]),
            ).reshape([1, 2, 3]),
        }),
      };
      const model = build(layer, { input: [2, 3], backend });
      const { output } = model.forward(tensor([[1, 1, 1, 1, 1, 1]]).reshape([1, 2, 3]), { training: true });
      return Array.from(await (output as Tensor).data());
    }),
  );
  expect(new Set(drawn[0]).size).toBe(6);
  expect(drawn[1]).toEqual(drawn[0]);
});

describe("a context that is used in a wrong way", () => {
  const told = (call: (context: CallContext, x: Tensor, state: Variable) => Tensor | void): (() => Forward) => {
    const layer: Layer = {
      build(input, make) {
        const state = make.state("mean", tensor([0, 0]));
        return { output: input, call: (x, context) => call(context, x as Tensor, state) ?? x };
      },
    };
    const model = build(sequential(named("odd", layer)), { input: [2], backend: backends[0]![1] });
    return () => model.forward(tensor([[1, 2]]), { training: true });
  };

  test.each<readonly [string, () => Forward]>([
    [
      "context.addLoss: it takes a single number, [], and got [1, 2]; reduce it first, with sum or mean\n  in layer odd",
      told((context, x) => context.addLoss(x)),
    ],
    [
      "context.check: it takes a single number, [], and got [1, 2]; reduce it first, with all\n  in layer odd",
      told((context, x) => context.check(less(x, 1), "it is large")),
    ],
    [
      "context.addLoss: 3 is no tensor; make one with tensor(...)\n  in layer odd",
      told((context) => context.addLoss(3 as unknown as Tensor)),
    ],
    [
      "context.update: variable odd/mean is float32 [2], the value is float32 [1, 2]; a variable keeps its shape and dtype\n  in layer odd",
      told((context, x, state) => context.update(state, x)),
    ],
  ])("%s", (message, forward) => {
    expect(forward).toThrow(message);
  });

  test.each(["random", "update", "latest", "addLoss", "check"] as const)("%s after the pass is over", (method) => {
    let kept: CallContext | undefined;
    let mean: Variable | undefined;
    const { output } = told((context, _, state) => void ([kept, mean] = [context, state]))();
    const late: Record<typeof method, () => unknown> = {
      random: () => kept!.random("mask"),
      update: () => kept!.update(mean!, mean!.value),
      latest: () => kept!.latest(mean!),
      addLoss: () => kept!.addLoss(sum(output as Tensor)),
      check: () => kept!.check(tensor(true), ""),
    };
    expect(late[method]).toThrow(
      `context.${method}: the pass through the model is over; use the context only while call runs\n  in layer odd`,
    );
  });
});

/** Sums in another order: float64 of at most some thousand operations on numbers of this size. */
function expectNear(got: readonly (readonly number[])[], expected: readonly (readonly number[])[]): void {
  const size = Math.max(1, ...expected.flat().map(Math.abs));
  got.forEach((numbers, at) =>
    numbers.forEach((value, place) =>
      expect(Math.abs(value - expected[at]![place]!)).toBeLessThanOrEqual(1e4 * 2 ** -52 * size),
    ),
  );
}

test("the gradient of a function with one of its own has the random numbers of its value", async () => {
  useBackend(cpu());
  const layer: Layer = {
    build: (input) => ({
      output: input,
      call: (x, context) =>
        customGradient((value: Tensor) => {
          const noise = randomUniform(context.random("noise"), [1]);
          return { value: mul(value, noise), gradient: (dy) => [mul(dy, noise)] };
        })(x as Tensor),
    }),
  };
  const x = tensor([[1]]);
  const { output } = build(layer, { input: [1] }).forward(x, { training: true });
  const [slope] = gradients(sum(output as Tensor), [x]);
  expect(await slope!.data()).toEqual(await (output as Tensor).data());
});
