import { cpu } from "@gradloom/backend-cpu";
import {
  add,
  build,
  commit,
  compile,
  createTrainer,
  eye,
  type Layer,
  mul,
  Optimizer,
  sum,
  summary,
  tensor,
  type Tensor,
  useBackend,
  variable,
  type Variable,
} from "@gradloom/core";
import type { Backend } from "@gradloom/core/backend";
import { property } from "@gradloom/testing";
import { type Arbitrary, array, boolean, constant, constantFrom, nat, oneof, record } from "fast-check";
import { beforeEach, describe, expect, test } from "vitest";
import { setDefaultDevice } from "../src/tensor/default-device.ts";

/** A backend that fails once it is broken. */
function fragile(name: string): Backend & { broken: boolean } {
  const whole = cpu();
  const backend = {
    ...whole,
    name,
    broken: false,
    compile(program: Parameters<Backend["compile"]>[0]) {
      const executable = whole.compile(program);
      return {
        run(slots: Parameters<typeof executable.run>[0]) {
          if (backend.broken) throw new Error(`${name} is broken`);
          return executable.run(slots);
        },
      };
    },
  };
  return backend;
}

/** A variable that lives on a backend, with the value 1. */
async function livingOn(backend: Backend): Promise<Variable> {
  const cell = build(one, { input: [], backend }).parameters[0]!.variable;
  await cell.data();
  return cell;
}

const one: Layer = {
  build(input, make) {
    const w = make.parameter("w", [], { initializer: () => add(tensor(0), 1) });
    return { output: input, call: (x) => mul(x as Tensor, w.value) };
  },
};

async function numberIn(cell: Variable): Promise<number> {
  return (await cell.data())[0]!;
}

beforeEach(() => setDefaultDevice(undefined));

describe("work that fails on one backend", () => {
  const broken = fragile("broken");
  const sound = fragile("sound");
  let lost: Variable;
  let kept: Variable;

  beforeEach(async () => {
    broken.broken = false;
    [lost, kept] = [await livingOn(broken), await livingOn(sound)];
    lost.assign(add(lost.value, 1));
    kept.assign(add(kept.value, 1));
    broken.broken = true;
  });

  test("fails no read of another one, and loses none of its assignments", async () => {
    expect(await add(kept.value, 10).item()).toBe(12);
    expect(await numberIn(kept)).toBe(2);
    await expect(lost.data()).rejects.toThrow("broken is broken");
  });

  test("fails no compiled function, step or trainer of another one", async () => {
    const step = compile((x: Tensor) => add(kept.value, x));
    expect(await step(5).item()).toBe(7);
    const optimizer = new Optimizer({ learningRate: 1, links: [{ update: (dy: Tensor) => ({ update: dy }) }] }, [kept]);
    optimizer.step(kept.value);
    expect(await numberIn(kept)).toBe(3);
    const trainer = createTrainer({
      plugins: [sound],
      model: one,
      input: [],
      loss: (y: Tensor) => y,
      optimizer: optimizer.rule,
    });
    await trainer.step({ x: tensor([1]), y: tensor([1]) });
    expect(await trainer.predict(tensor([1])).data()).toEqual(new Float32Array([2]));
  });

  test("is tried again when somebody asks for it", async () => {
    await numberIn(kept);
    broken.broken = false;
    expect(await numberIn(lost)).toBe(2);
  });

  test("fails an explicit commit, after the work of others was done", async () => {
    expect(() => commit()).toThrow("broken is broken");
    broken.broken = false;
    expect(await numberIn(lost)).toBe(1);
    expect(await numberIn(kept)).toBe(2);
  });
});

test("a tensor that nobody asked for and that does not fit fails nothing else", async () => {
  useBackend(cpu());
  const cell = variable(tensor([1, 2]));
  await cell.data();
  eye(2 ** 20);
  cell.assign(add(cell.value, 1));
  expect(await sum(tensor([1, 2])).item()).toBe(3);
  expect(await cell.data()).toEqual(new Float32Array([2, 3]));
  const huge = eye(2 ** 20);
  await expect(huge.data()).rejects.toBeInstanceOf(Error);
});

describe("without a default backend", () => {
  const backend = fragile("own");

  test("what belongs nowhere does not fail a trainer that has its own backend", async () => {
    variable([1, 2]);
    add(tensor([1]), 1);
    expect(summary(build(one, { input: [] }))).toContain("1 parameters");
    const trainer = createTrainer({
      plugins: [backend],
      model: one,
      input: [],
      loss: (y: Tensor) => y,
      optimizer: { learningRate: 1, links: [{ update: (dy: Tensor) => ({ update: dy }) }] },
    });
    await trainer.fit({ batches: () => [{ x: tensor([1]), y: tensor([1]) }] });
    expect(await numberIn(trainer.model.parameters[0]!.variable)).toBe(2);
  });

  test("a variable lives where its value is needed first", async () => {
    const other = fragile("other");
    const there = await livingOn(backend);
    const [a, b, c] = [variable(1), variable(2), variable(3)];
    expect(await add(there.value, a.value).item()).toBe(2);
    expect(a.device?.name).toBe("own");
    expect(await compile((x: Tensor) => add(x, b.value), { backend: other })(1).item()).toBe(3);
    expect(b.device?.name).toBe("other");
    await expect(c.data()).rejects.toThrow("no backend to compute on");
    expect(() => compile((x: Tensor) => add(x, c.value))(1)).toThrow("no backend to compute on");
    b.assign(add(b.value, c.value));
    expect(await numberIn(b)).toBe(5);
    expect(c.device?.name).toBe("other");
  });

  test("a variable that a default backend would have taken goes where its value is needed first", async () => {
    useBackend(fragile("default"));
    const there = await livingOn(backend);
    const cell = variable(1);
    const doubled = mul(cell.value, 2);
    expect(await add(there.value, doubled).item()).toBe(3);
    expect(cell.device?.name).toBe("own");
    expect(await numberIn(variable(4))).toBe(4);
    const [taken, free] = [variable(5), variable(6)];
    const total = add(there.value, taken.value);
    commit();
    expect([taken, free].map(({ device }) => device?.name)).toEqual(["own", "default"]);
    expect(await total.item()).toBe(6);
  });
});

test("a variable that is made inside a compiled function is an error", () => {
  useBackend(cpu());
  expect(() => compile((x: Tensor) => add(x, variable(1).value))(1)).toThrow(
    "compile: variable variable is made inside the function; make it outside, and read and assign it inside",
  );
});

/** One thing that a program does to variables that live on two backends. */
type Move =
  | { readonly kind: "assign" | "build" | "read"; readonly cell: number; readonly amount: number }
  | { readonly kind: "readBuilt"; readonly cell: number; readonly amount: number }
  | { readonly kind: "break"; readonly backend: number; readonly broken: boolean }
  | { readonly kind: "commit" };

const cells = 4;
const move: Arbitrary<Move> = oneof(
  record({
    kind: constantFrom("assign", "build", "read", "readBuilt"),
    cell: nat(cells - 1),
    amount: nat(9),
  }),
  record({ kind: constant("break"), backend: nat(1), broken: boolean() }),
  record({ kind: constant("commit") }),
);

test(
  "whatever is assigned, built, dropped and read while backends break and recover, each fails and loses its own work alone",
  property(
    [array(move, { maxLength: 40 })],
    async (moves) => {
      const backends = [fragile("first"), fragile("second")] as const;
      const variables = await Promise.all(Array.from({ length: cells }, (_, at) => livingOn(backends[at % 2]!)));
      // What each variable holds, what it falls back to, and what was built of it.
      const held = variables.map(() => 1);
      const safe = [...held];
      const dirty = new Set<number>();
      const built: (readonly [tensor: Tensor, value: number])[][] = variables.map(() => []);
      const waiting = [false, false];
      const settle = (backend: number, fails: boolean): void => {
        for (let cell = backend; cell < cells; cell += 2) {
          if (fails) held[cell] = safe[cell]!;
          else safe[cell] = held[cell]!;
          dirty.delete(cell);
        }
        waiting[backend] = false;
      };
      for (const one of moves) {
        if (one.kind === "break") backends[one.backend]!.broken = one.broken;
        else if (one.kind === "commit") {
          const failing = [0, 1].filter(
            (at) => backends[at]!.broken && (waiting[at]! || [at, at + 2].some((cell) => dirty.has(cell))),
          );
          if (failing.length > 0) expect(() => commit()).toThrow(`${backends[failing[0]!]!.name} is broken`);
          else commit();
          for (const at of [0, 1]) settle(at, failing.includes(at));
        } else {
          const { cell, amount } = one;
          const [variable, backend] = [variables[cell]!, cell % 2];
          const { broken } = backends[backend]!;
          if (one.kind === "assign") {
            variable.assign(add(mul(variable.value, 2), amount));
            held[cell] = held[cell]! * 2 + amount;
            dirty.add(cell);
          } else if (one.kind === "build") {
            built[cell]!.push([add(variable.value, amount), held[cell]! + amount]);
            waiting[backend] = true;
          } else if (one.kind === "read") {
            if (dirty.has(cell) && broken) await expect(variable.data()).rejects.toThrow("is broken");
            else expect(await numberIn(variable)).toBe(held[cell]);
            if (dirty.has(cell)) settle(backend, broken);
          } else if (built[cell]!.length > 0) {
            const [tensor, value] = built[cell]![amount % built[cell]!.length]!;
            const computed = tensor.storage !== undefined;
            if (!computed && broken) await expect(tensor.item()).rejects.toThrow("is broken");
            else expect(await tensor.item()).toBe(value);
            if (!computed) settle(backend, broken);
          }
        }
      }
      for (const backend of backends) backend.broken = false;
      commit();
    },
    150,
  ),
);
