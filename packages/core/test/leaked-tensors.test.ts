import { cpu } from "@gradloom/backend-cpu";
import {
  add,
  checkpoint,
  compile,
  type Layer,
  functional,
  build,
  gradients,
  mul,
  scan,
  sum,
  tensor,
  type Tensor,
  useBackend,
  variable,
} from "@gradloom/core";
import { beforeAll, describe, expect, test } from "vitest";

beforeAll(() => useBackend(cpu()));

const rows = tensor([
  [10, 20],
  [30, 40],
]);

/** A function that keeps a tensor of what it traces. */
type Leak = (keep: (tensor: Tensor) => void) => void;

const leaks: readonly (readonly [name: string, leak: Leak])[] = [
  [
    "scan",
    (keep) => {
      scan(
        ([carry], [row]) => {
          keep(carry!);
          return { carry: [add(carry!, row!)] };
        },
        { initial: [tensor([0, 0])], sequences: [rows] },
      );
    },
  ],
  [
    "scan",
    (keep) => {
      scan(
        ([carry], [row]) => {
          const next = add(carry!, row!);
          keep(next);
          return { carry: [next] };
        },
        { initial: [tensor([0, 0])], sequences: [rows] },
      );
    },
  ],
  [
    "checkpoint",
    (keep) => {
      checkpoint((x: Tensor) => {
        keep(x);
        return mul(x, x);
      })(tensor([1, 2]));
    },
  ],
  [
    "a compiled function",
    (keep) => {
      compile((x: Tensor) => {
        keep(x);
        return mul(x, x);
      })(tensor([1, 2]));
    },
  ],
  [
    "functional",
    (keep) => {
      build(
        functional((x) => {
          keep(x);
          return x;
        }),
        { input: [2] },
      );
    },
  ],
];

function leakOf(leak: Leak): Tensor {
  let kept: Tensor | undefined;
  leak((tensor) => void (kept = tensor));
  return kept!;
}

describe.each(leaks)("a tensor that gets out of %s", (name, leak) => {
  const message = (operation: string, where = "outside of it"): string =>
    `${operation}: a tensor that was made inside ${name} is used ${where}; it exists only while ${name} is traced, so return it from there`;

  test("is an error in an operation", () => {
    const kept = leakOf(leak);
    expect(() => add(kept, 1)).toThrow(message("add"));
  });

  test("is an error inside another trace, which it names", () => {
    const kept = leakOf(leak);
    const inner = (x: Tensor): Tensor => add(x, kept);
    expect(() => compile(inner)(tensor([1, 2]))).toThrow(message("add", "inside a compiled function"));
    expect(() => checkpoint(inner)(tensor([1, 2]))).toThrow(message("add", "inside checkpoint"));
    expect(() => compile((x: Tensor) => [x, kept])(tensor([1, 2]))).toThrow(
      message("compile", "inside a compiled function"),
    );
    expect(() => checkpoint((x: Tensor) => [x, kept])(tensor([1, 2]))).toThrow(
      message("checkpoint", "inside checkpoint"),
    );
    expect(() => compile(() => leak(() => {}))()).not.toThrow();
  });

  test("is an error where it is read, assigned, differentiated, made a variable or given to a compiled function", async () => {
    const kept = leakOf(leak);
    const cell = variable(new Float32Array([1, 2]));
    await expect(kept.data()).rejects.toThrow(message("data"));
    expect(() => kept.dataSync()).toThrow(message("data"));
    expect(() => cell.assign(kept)).toThrow(message("assign"));
    expect(() => variable(kept)).toThrow(message("variable"));
    expect(() => compile((x: Tensor) => x)(kept)).toThrow(message("compile"));
    const one = sum(tensor([1, 2]));
    expect(() => gradients(one, [kept])).toThrow(message("gradients"));
    expect(await cell.data()).toEqual(new Float32Array([1, 2]));
  });
});

test("a tensor that gets out of a function that failed is an error too", () => {
  const failing: readonly Leak[] = [
    (keep) => compile((x: Tensor) => fail(keep, x))([1, 2]),
    (keep) => checkpoint((x: Tensor) => fail(keep, x))(rows),
    (keep) => scan(([carry]) => fail(keep, carry!), { initial: [rows], length: 2 }),
    (keep) =>
      build(
        functional((x) => fail(keep, x)),
        { input: [2] },
      ),
  ];
  const fail = (keep: (tensor: Tensor) => void, x: Tensor): never => {
    keep(x);
    throw new Error("failed");
  };
  for (const leak of failing) {
    let kept: Tensor | undefined;
    expect(() => leak((tensor) => void (kept = tensor))).toThrow("failed");
    expect(() => add(kept!, 1)).toThrow("is used outside of it");
  }
});

test("a variable cannot start with what a trace is about", () => {
  expect(() => compile((x: Tensor) => variable(x).value)(tensor([1, 2]))).toThrow(
    "variable: its first value is made of what is inside a compiled function, which is traced; make the variable outside and assign to it inside",
  );
});

test("a tensor that a compiled function keeps from one call to the next is an error, not an old number", () => {
  let memory: Tensor | undefined;
  const step = compile((x: Tensor) => (memory = memory === undefined ? x : add(memory, x)));
  step(tensor([1, 2]));
  expect(() => step(tensor([3, 4]))).toThrow(
    "add: a tensor that was made inside a compiled function is used inside a compiled function",
  );
});

test("the value that a variable has inside a compiled function does not get out", async () => {
  const cell = variable([1, 2]);
  await cell.data();
  let inside: Tensor | undefined;
  const step = compile(() => {
    inside = add(cell.value, 1);
    cell.assign(inside);
  });
  step();
  await expect(inside!.data()).rejects.toThrow(
    "data: a tensor that was made inside a compiled function is used outside of it",
  );
});

test("what a trace makes of constants and values from outside may be used anywhere", async () => {
  let kept: Tensor | undefined;
  const outside = tensor([1, 2]);
  scan(
    ([carry]) => {
      kept = mul(outside, 3);
      return { carry: [add(carry!, kept)] };
    },
    { initial: [outside], length: 3 },
  );
  expect(await add(kept!, 1).data()).toEqual(new Float32Array([4, 7]));
});

test("layers that keep tensors from call to call are told", () => {
  let memory: Tensor | undefined;
  const remembering: Layer = {
    build: (input) => ({ output: input, call: (x) => add((memory ??= x as Tensor), x as Tensor) }),
  };
  const model = build(remembering, { input: [2] });
  const predict = compile((x: Tensor) => model.call(x));
  predict(tensor([[1, 2]]));
  expect(() => predict(tensor([[1, 2]]))).toThrow("it exists only while a compiled function is traced");
});
