import { kernels } from "@gradloom/backend-cpu";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import {
  add,
  apply,
  broadcastTo,
  build,
  chain,
  compile,
  createTrainer,
  define,
  explain,
  fused,
  type Model,
  mul,
  type Operation,
  primitive,
  Registry,
  tensor,
  type Tensor,
  useBackend,
} from "@gradloom/core";
import {
  type Backend,
  type HostKernel,
  hostKernels,
  type Kernel,
  kernelBackend,
  type KernelSet,
  kernelSet,
  KernelSets,
  rowGroups,
} from "@gradloom/core/backend";
import { setDefaultDevice } from "../src/tensor/default-device.ts";

/** Adds a number to every element, whatever the operation means. */
const adding =
  (number: number): Kernel<never> =>
  ([x], [y]) => {
    for (let at = 0; at < y!.size; at++) y!.data[y!.offset + at] = x!.data[x!.offset + at]! + number;
  };

/** x + 1 by its meaning; kernels of these tests add other numbers, so that a result tells what ran. */
function operationOf(name = "acme.shift", traits: Operation["traits"] = {}): Operation {
  return fused<object>({ name, infer: ([x]) => [x!], compose: ([x]) => [add(x!, 1)], traits });
}

function setOf(operation: Operation, number: number, name = "@acme/shift/host"): KernelSet<HostKernel> {
  return hostKernels({ name, target: "acme", kernels: new Map([[operation, adding(number)]]) });
}

function stepOf(operation: Operation, kernel: Partial<HostKernel>): KernelSet<HostKernel> {
  const whole: HostKernel = { form: "step", run: adding(10), ...kernel };
  return kernelSet({ name: "@acme/shift/host", target: "acme", kernels: new Map([[operation, whole]]) });
}

const host = (): Backend => kernelBackend({ name: "acme", kernels });
const at = (backend: Backend, operation: Operation): number =>
  compile((x: Tensor) => apply(operation, [x], {}), { backend })([5]).dataSync()[0]!;

let warn = vi.spyOn(console, "warn");
beforeEach(() => {
  warn = vi.spyOn(console, "warn").mockImplementation(() => undefined);
});
afterEach(() => {
  warn.mockRestore();
  setDefaultDevice(undefined);
});

describe("a set of kernels", () => {
  test("computes its operations on the backend that is given it", () => {
    const [shift, other] = [operationOf(), operationOf()];
    const backend = host();
    expect(backend.extend!(setOf(shift, 10) as KernelSet<never>)).toBe(true);
    expect([at(backend, shift), at(backend, other)]).toEqual([15, 6]);
  });

  const layer = (operation: Operation) =>
    define("layer", "acme.layer", {}, () => ({
      build: (input) => ({ output: input, call: (x: Tensor) => apply(operation, [x], {}) }),
    }))({});

  const called = (model: Model, backend: Backend): number =>
    compile((x: Tensor) => model.call(x) as Tensor, { backend })([[5]]).dataSync()[0]!;

  test("comes to the backend of a model by the plugins: the one in the list, the one that is given, or the default one", () => {
    for (const way of ["list", "option", "default"]) {
      const shift = operationOf();
      const backend = host();
      if (way === "default") useBackend(backend);
      const plugins = [setOf(shift, 10), ...(way === "list" ? [backend] : [])];
      const model = build(layer(shift), { input: [1], plugins, ...(way === "option" && { backend }) });
      expect(called(model, backend)).toBe(15);
    }
  });

  test("comes to the backend of a Trainer, also where the model was built before", async () => {
    const shift = operationOf();
    const backend = host();
    const model = build(layer(shift), { input: [1], backend });
    expect(called(model, backend)).toBe(6);
    const trainer = createTrainer({
      plugins: [backend, setOf(shift, 10)],
      model,
      loss: (y: Tensor) => y.reshape([-1]),
      optimizer: chain(0.1),
    });
    await trainer.evaluate({ batches: () => [{ x: tensor([[5]]), y: tensor([[5]]) }] });
    expect(called(model, backend)).toBe(15);
  });

  test("counts at once: what was traced or built before is made anew", () => {
    const shift = operationOf();
    const backend = host();
    useBackend(backend);
    const compiled = compile((x: Tensor) => apply(shift, [x], {}));
    const byHand = (): number => apply(shift, [tensor([5])], {}).dataSync()[0]!;
    const all = (): readonly number[] => [compiled([5]).dataSync()[0]!, compiled([5]).dataSync()[0]!, byHand()];
    expect(all()).toEqual([6, 6, 6]);
    build(layer(shift), { input: [1], backend, plugins: [setOf(shift, 10)] });
    expect(all()).toEqual([15, 15, 15]);
  });

  test("is ignored by backends of another target", () => {
    const shift = operationOf();
    const backend = kernelBackend({ name: "other", kernels });
    build(layer(shift), { input: [1], backend, plugins: [setOf(shift, 10)] });
    expect(at(backend, shift)).toBe(6);
  });

  test("is taken once, however often it is given", () => {
    const set = setOf(operationOf(), 10);
    const backend = host();
    build(layer(operationOf()), { input: [1], backend, plugins: [set, set] });
    expect(backend.extend!(set as KernelSet<never>)).toBe(false);
  });

  test("meets no other set for one operation, no other value of its name, and no other copy of core", () => {
    const shift = operationOf();
    const backend = host();
    backend.extend!(setOf(shift, 10) as KernelSet<never>);
    expect(() => backend.extend!(setOf(shift, 20, "@acme/more") as KernelSet<never>)).toThrow(
      "acme: @acme/shift/host and @acme/more both have kernels, e.g. for acme.shift; leave one out",
    );
    expect(() => backend.extend!(setOf(operationOf(), 20) as KernelSet<never>)).toThrow(
      "acme: @acme/shift/host and @acme/shift/host both have kernels, e.g. for acme.shift; leave one out",
    );
    expect(() => setOf(shift, 10).join(new KernelSets("acme"), {})).toThrow(
      "the kernels of @acme/shift/host was made by another copy of @gradloom/core; a program needs one copy, npm ls @gradloom/core shows them",
    );
    expect(at(backend, shift)).toBe(15);
  });

  test("refuses kernels for views, barriers and loops, and formulas of what is not elementwise", () => {
    for (const traits of [{ alias: true }, { barrier: true }, { loop: true }])
      expect(() => setOf(operationOf("acme.odd", traits), 1)).toThrow(
        "@acme/shift/host: acme.odd is a view, a barrier or a loop, which has no kernel; leave it out",
      );
    expect(() => stepOf(operationOf(), { form: "element" })).toThrow(
      "@acme/shift/host: acme.shift has a formula, but not the trait elementwise; leave it out",
    );
  });

  test("is no plugin where it is damaged", () => {
    expect(() => new Registry([{ ...setOf(operationOf(), 1), join: undefined } as never])).toThrow(
      "registry: plugins[0] is an object; it must be a plugin, a factory made with define(...), kernels or a backend",
    );
  });
});

describe("a kernel that does not take everything", () => {
  const few = { accepts: ([x]: readonly { readonly shape: readonly number[] }[]) => x!.shape[0] === 1 || "many rows" };

  test("leaves the rest to the meaning, as explain tells", () => {
    const shift = operationOf();
    const backend = host();
    backend.extend!(stepOf(shift, few as Partial<HostKernel>) as KernelSet<never>);
    const run = compile((x: Tensor) => apply(shift, [x], {}), { backend });
    expect([run([5]), run([5, 6])].map((y) => Array.from(y.dataSync()))).toEqual([[15], [6, 7]]);
    expect(explain(apply(shift, [tensor([5, 6])], {}), { backend })).toMatch(
      /\nacme\.shift by its meaning: many rows$/,
    );
    expect(explain(apply(shift, [tensor([5])], {}), { backend })).not.toMatch("meaning");
    expect(warn).not.toHaveBeenCalled();
  });

  test("is an error where a primitive has no meaning", () => {
    const bare = primitive<object>({ name: "acme.bare", infer: ([x]) => [x!], grad: () => [null] });
    const backend = host();
    backend.extend!(stepOf(bare, few as Partial<HostKernel>) as KernelSet<never>);
    expect(at(backend, bare)).toBe(15);
    expect(() => compile((x: Tensor) => apply(bare, [x], {}), { backend })([5, 6])).toThrow(
      "acme.bare: its kernel does not take this: many rows; a primitive has no meaning to compute it by",
    );
  });

  test("is asked again for the form without unread outputs, which it may refuse", () => {
    const seen: string[] = [];
    const pair: Operation<{ readonly both: boolean }> = fused<{ readonly both: boolean }>({
      name: "acme.pair",
      infer: ([x], { both }) => (both ? [x!, x!] : [x!]),
      compose: ([x], { both }) => (both ? [add(x!, 1), add(x!, 2)] : [add(x!, 1)]),
      traits: {
        trim: (attributes, used) =>
          (attributes as { readonly both: boolean }).both && !used[1]
            ? { attributes: { both: false }, outputs: 1 }
            : undefined,
      },
    });
    for (const refused of [true, false]) {
      seen.length = 0;
      const backend = host();
      const kernel: HostKernel = {
        form: "step",
        accepts: (_, attributes) => (attributes as { both: boolean }).both || !refused || "both alone",
        run: (inputs, outputs) => {
          seen.push(`${outputs.length} outputs`);
          for (const output of outputs) adding(10)(inputs, [output], {} as never);
        },
      };
      const kernelsOf = new Map<Operation<never>, HostKernel>([[pair, kernel]]);
      backend.extend!(kernelSet({ name: "pair", target: "acme", kernels: kernelsOf }) as KernelSet<never>);
      const run = compile((x: Tensor) => apply(pair, [x], { both: true }), { backend });
      expect(run([5]).dataSync()[0]).toBe(15);
      expect(seen).toEqual([refused ? "2 outputs" : "1 outputs"]);
    }
  });
});

describe("a kernel that is a step", () => {
  test("is a part of no group, though its operation is elementwise, and sees the shapes that there are", () => {
    const shift = operationOf("acme.shift", { elementwise: true });
    const shapes: (readonly number[])[] = [];
    const backend = host();
    const run: Kernel<never> = (inputs, outputs, attributes) => {
      shapes.push(inputs[0]!.shape);
      adding(10)(inputs, outputs, attributes);
    };
    backend.extend!(stepOf(shift, { run }) as KernelSet<never>);
    const compiled = compile((x: Tensor) => mul(add(apply(shift, [broadcastTo(x, [2, 3])], {}), 1), 2), { backend });
    expect(Array.from(compiled([5]).dataSync())).toEqual(new Array(6).fill(32));
    expect(shapes).toEqual([[2, 3]]);
  });

  test("is no reduction of a row group, though its operation has the trait", () => {
    const reduce = primitive<object>({
      name: "acme.second",
      infer: ([x]) => [{ shape: [x!.shape[0]!, x!.shape[2]!], dtype: x!.dtype }],
      grad: () => [null],
      traits: { reduction: true },
    });
    const plain = host();
    const run: Kernel<never> = ([x], [y]) => {
      for (let row = 0; row < y!.size; row++) y!.data[y!.offset + row] = x!.data[x!.offset + row * x!.shape[1]! + 1]!;
    };
    const groups = rowGroups({ shortest: 2, longest: 64 });
    const backend: Backend = { ...plain, supports: { ...plain.supports, groups } };
    backend.extend!(stepOf(reduce, { run }) as KernelSet<never>);
    const compiled = compile((x: Tensor) => apply(reduce, [add(x, 1).reshape([2, 3, 1])], {}), { backend });
    const rows = [
      [1, 2, 3],
      [4, 5, 6],
    ];
    expect(Array.from(compiled(rows).dataSync())).toEqual([3, 6]);
  });
});

describe("an operation whose kernels somebody has", () => {
  const lacking = (): Operation => operationOf("acme.shift", { kernels: { acme: "@acme/shift/host" } });

  test("is warned of once where they are not given", () => {
    const shift = lacking();
    const backend = host();
    for (const values of [[5], [5, 6], [5, 6, 7]]) compile((x: Tensor) => apply(shift, [x], {}), { backend })(values);
    expect(warn.mock.calls).toEqual([
      [
        "acme.shift: backend acme computes it by its meaning, which is slower; give the backend or the plugins the kernels of @acme/shift/host",
      ],
    ]);
    expect(explain(apply(shift, [tensor([5])], {}), { backend })).toMatch(
      /\nacme\.shift by its meaning: the kernels of @acme\/shift\/host are not given$/,
    );
  });

  test("is not warned of on other backends, where they are given, or where they refuse", () => {
    const shift = lacking();
    at(kernelBackend({ name: "other", kernels }), shift);
    const [given, refusing] = [host(), host()];
    given.extend!(setOf(shift, 10) as KernelSet<never>);
    refusing.extend!(stepOf(shift, { accepts: () => "nothing" }) as KernelSet<never>);
    expect([at(given, shift), at(refusing, shift)]).toEqual([15, 6]);
    expect(warn).not.toHaveBeenCalled();
  });
});
