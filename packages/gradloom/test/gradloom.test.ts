import * as activations from "@gradloom/activations";
import * as backendCpu from "@gradloom/backend-cpu";
import * as backendWasm from "@gradloom/backend-wasm";
import { f32x4, wasmFormula, wasmKernels } from "@gradloom/backend-wasm/kernels";
import * as callbacks from "@gradloom/callbacks";
import * as core from "@gradloom/core";
import { hostKernels } from "@gradloom/core/backend";
import * as data from "@gradloom/data";
import * as datasets from "@gradloom/datasets";
import * as formats from "@gradloom/formats";
import * as initializers from "@gradloom/initializers";
import * as layersDense from "@gradloom/layers-dense";
import * as losses from "@gradloom/losses";
import * as metrics from "@gradloom/metrics";
import * as optimizers from "@gradloom/optimizers";
import * as regularizers from "@gradloom/regularizers";
import * as gradloom from "gradloom";
import { describe, expect, test } from "vitest";
import manifest from "../package.json" with { type: "json" };

const packages: Readonly<Record<string, object>> = {
  "@gradloom/activations": activations,
  "@gradloom/backend-cpu": backendCpu,
  "@gradloom/backend-wasm": backendWasm,
  "@gradloom/callbacks": callbacks,
  "@gradloom/core": core,
  "@gradloom/data": data,
  "@gradloom/datasets": datasets,
  "@gradloom/formats": formats,
  "@gradloom/initializers": initializers,
  "@gradloom/layers-dense": layersDense,
  "@gradloom/losses": losses,
  "@gradloom/metrics": metrics,
  "@gradloom/optimizers": optimizers,
  "@gradloom/regularizers": regularizers,
};
const all = new Map<string, unknown>(Object.entries(gradloom));

describe("the umbrella", () => {
  test("is looked at here with every package that it is made of", () => {
    expect(Object.keys(packages)).toEqual(Object.keys(manifest.dependencies));
  });

  const elsewhere: Readonly<Record<string, readonly string[]>> = {
    "@gradloom/core": ["constant", "flatten", "sigmoid", "softmax", "tanh"],
    "@gradloom/initializers": ["ones", "zeros"],
  };

  test.each(Object.entries(packages))("exports everything that %s does", (name, exported) => {
    const hidden = Object.entries(exported).filter(([key, value]) => all.get(key) !== value);
    const names = hidden.map(([key]) => key).toSorted();
    expect(names).toEqual(elsewhere[name] ?? []);
  });

  test("keeps what the name of another hides", () => {
    expect(gradloom.core.flatten).toBe(core.flatten);
    expect(gradloom.flatten).toBe(layersDense.flatten);
    expect(gradloom.zerosInitializer).toBe(initializers.zeros);
    expect(gradloom.onesInitializer).toBe(initializers.ones);
  });

  test("gives the functions of tensors as the activations of their names", async () => {
    await gradloom.useBestBackend();
    const x = gradloom.tensor([-1, 0, 2]);
    expect(await gradloom.sigmoid(x).data()).toEqual(await core.sigmoid(x).data());
    expect(await gradloom.softmax(x).data()).toEqual(await core.softmax(x).data());
    expect(await gradloom.tanh(x).data()).toEqual(await core.tanh(x).data());
  });

  test("lists every plugin, which can all be registered together", () => {
    const isPlugin = (value: unknown): boolean => typeof value === "object" && value !== null && "provides" in value;
    const known = [...all.values()].filter(isPlugin);
    expect(new Set<unknown>(gradloom.plugins)).toEqual(new Set(known));
    expect(() => new gradloom.Registry([...gradloom.plugins])).not.toThrow();
  });

  test("types the names that its plugins provide", () => {
    const options = { plugins: gradloom.plugins, model: "dense", loss: "mse" } as const;
    expect(gradloom.createTrainer({ ...options, optimizer: "adam" })).toBeInstanceOf(gradloom.Trainer);
    // @ts-expect-error no optimizer has this name
    expect(() => gradloom.createTrainer({ ...options, optimizer: "adma" })).toThrow('no optimizer named "adma"');
  });
});

describe("useBestBackend", () => {
  test("makes tensors computable without naming a backend, and gives the same one at every call", async () => {
    const backend = await gradloom.useBestBackend();
    expect(backend.name).toBe("wasm");
    expect(await gradloom.useBestBackend()).toBe(backend);
    expect([...(await gradloom.tensor([1, 2]).mul(3).data())]).toEqual([3, 6]);
  });

  test("gives the backend the kernels that are for it, whenever they come", async () => {
    const twice = core.primitive<object>({
      name: "acme.twice",
      infer: ([x]) => [x!],
      grad: () => [null],
      traits: { elementwise: true },
    });
    const formula = wasmFormula(twice, { cost: "light", formula: (_, [x]) => x!.map((part) => f32x4.add(part, part)) });
    const forCpu = hostKernels({ name: "@acme/twice/cpu", target: "cpu", kernels: new Map() });
    const value = async (): Promise<unknown> => [...(await core.apply(twice, [core.tensor([1, 2])], {}).data())];
    await gradloom.useBestBackend({ kernels: [forCpu] });
    await expect(value()).rejects.toThrow("acme.twice: backend wasm has no kernel for this primitive");
    await gradloom.useBestBackend({ kernels: [forCpu, wasmKernels({ name: "@acme/twice/wasm", kernels: [formula] })] });
    expect(await value()).toEqual([2, 4]);
  });
});
