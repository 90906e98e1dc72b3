import {
  add,
  anyFunction,
  checkOptions,
  checkpoint,
  compile,
  type DType,
  type Fields,
  gradients,
  listOf,
  map,
  mul,
  recordOf,
  required,
  stack,
  sum,
  type Tensor,
} from "@gradloom/core";
import { anyKernelSet, type Backend, dtypes, type KernelSet } from "@gradloom/core/backend";
import { nat } from "fast-check";
import type { KernelCase, KernelInstance } from "./cases/kernel-case.ts";
import { compareArrays, unitOf } from "./compare-arrays.ts";
import { asTensor, evaluate, readArray } from "./evaluate.ts";
import { gradientCheck } from "./gradient-check.ts";
import { fromIndices, type HostArray } from "./host-array.ts";
import { drawInputs } from "./input-spec.ts";
import { type BackendWithKernels, withKernels } from "./kernel-suite/kernel-under-test.ts";
import { largestOf } from "./operation-suite.ts";
import { property } from "./property.ts";
import { randomSource } from "./random-source.ts";
import type { Runner } from "./suite.ts";

/** Names and their rows. */
export type KernelCases = Readonly<Record<string, () => KernelCase>>;

/** What is judged, and where. */
export interface KernelSuiteOptions {
  /** The sets with the kernels; those for the target of a backend are given to it. */
  readonly kernels: readonly KernelSet[];
  /** Backends by name, each made anew: with several numbers of threads, say. Those of one target must give the same bits. */
  readonly backends: Readonly<Record<string, () => Backend | Promise<Backend>>>;
}

const kernelSuiteFields: Fields<KernelSuiteOptions> = {
  kernels: required(listOf(anyKernelSet)),
  backends: required(recordOf(anyFunction<() => Backend>())),
};

/** Drawn steps of each law. */
const runs = 12;

/** A function of tensors that may be computed by the kernel, or by the meaning. */
type Build = (call: KernelInstance["call"], inputs: readonly Tensor[]) => readonly Tensor[];

/**
 * The laws of kernels from outside: each is what its operation means, with derivatives of first and second order, alone, in loops and checkpoints, with
 * one tensor given twice; it leaves its inputs and what lies beside its outputs as they are, and gives the same bits each time and on every backend of
 * a target.
 */
export function kernelSuite(cases: KernelCases, { describe, test }: Runner, options: KernelSuiteOptions): void {
  checkOptions("kernelSuite", kernelSuiteFields, options);
  const made = new Map<string, Promise<BackendWithKernels>>();
  const backendOf = (name: string): Promise<BackendWithKernels> => {
    if (!made.has(name)) made.set(name, withKernels(options.backends[name]!, options.kernels));
    return made.get(name)!;
  };
  const backendNames = Object.keys(options.backends);
  for (const [name, makeRow] of Object.entries(cases)) {
    describe(name, () => {
      const row = makeRow();
      for (const backendName of backendNames)
        describe(backendName, () => lawsOnBackend(row, test, () => backendOf(backendName)));
      if (backendNames.length > 1)
        test(
          "gives the same bits on every backend of a target",
          sameBitsLaw(row, () => Promise.all(backendNames.map(backendOf))),
        );
      if (row.operation.compose === undefined && row.differentiable)
        test("has the gradients that differences show, first and second order", differencesLaw(row));
    });
  }
}

function lawsOnBackend(row: KernelCase, test: Runner["test"], given: () => Promise<BackendWithKernels>): void {
  test("is run", async () => {
    const { backend, took } = await given();
    for (const dtype of row.dtypes)
      await onDraws(row, dtype, (instance, inputs) =>
        evaluate(backend, inputs, (tensors) => instance.call(tensors)).then(() => undefined),
      );
    if (!took(row.operation))
      throw new Error(`${row.operation.name}: backend ${backend.name} took the kernel in no drawn case`);
  });
  for (const dtype of row.dtypes) {
    const law = (name: string, build: Build): void =>
      test(`${name}, in ${dtype}`, async () => {
        const { backend } = await given();
        await onDraws(row, dtype, (instance, inputs) => sameAsMeaning(row, backend, instance, inputs, build));
      });
    law("gives what its meaning gives", (call, inputs) => call(inputs));
    law("takes one tensor for all inputs that are alike", (call, inputs) =>
      call(inputs.map((input) => firstLike(input, inputs))),
    );
    law("gives what its meaning gives in a loop", (call, inputs) => inLoop(call, inputs));
    law("leaves its inputs and what lies beside its outputs as they are", (call, inputs) => amongOthers(call, inputs));
    if (!row.differentiable || dtypes[dtype].class !== "float") continue;
    law("has the derivatives of its meaning, first and second order", (call, inputs) => derivatives(call, inputs));
    law("has the derivatives of its meaning in a checkpoint", (call, inputs) =>
      derivatives((given) => checkpoint((...tensors: Tensor[]) => call(tensors))(...given), inputs),
    );
  }
  test("gives the same bits again after another program", async () => {
    const { backend } = await given();
    let before: (() => Promise<void>) | undefined;
    await onDraws(row, row.dtypes[0]!, async (instance, inputs) => {
      const run = compile((...tensors: readonly Tensor[]) => instance.call(tensors), { backend });
      const read = async (): Promise<readonly HostArray[]> => Promise.all(run(...inputs.map(asTensor)).map(readArray));
      const first = await read();
      await before?.();
      expectSame(await read(), first);
      before = async () => void (await read());
    });
  });
}

/** Draws settings and numbers. */
function onDraws(
  row: KernelCase,
  dtype: DType,
  body: (instance: KernelInstance, inputs: readonly HostArray[]) => Promise<void>,
): Promise<void> {
  const law = property(
    [row.settings, nat()],
    async (setting, seed) => {
      const instance = row.at(setting);
      await body(instance, drawInputs(instance.inputs, dtype, seed));
    },
    runs,
  );
  return law();
}

async function sameAsMeaning(
  row: KernelCase,
  backend: Backend,
  instance: KernelInstance,
  inputs: readonly HostArray[],
  build: Build,
): Promise<void> {
  const expected = await evaluate(row.meaningBackend(), inputs, (tensors) => build(instance.meaning, tensors));
  const outputs = await evaluate(backend, inputs, (tensors) => build(instance.call, tensors));
  const largest = largestOf([...inputs, ...expected]);
  expected.forEach((array, at) => {
    const allowed = row.units * unitOf(array.dtype) * largest;
    compareArrays(`output ${at}`, outputs[at]!, array, () => allowed);
  });
}

/** The first input of the same shape and dtype. */
function firstLike({ shape, dtype }: Tensor, inputs: readonly Tensor[]): Tensor {
  return inputs.find((other) => other.dtype === dtype && String(other.shape) === String(shape))!;
}

/** The outputs for three slices of sequences, the second of which is another one. */
function inLoop(call: KernelInstance["call"], inputs: readonly Tensor[]): readonly Tensor[] {
  const sequences = inputs.map((input) => stack([input, changed(input, 0.5), input]));
  const { length } = call(inputs);
  return Array.from({ length }, (_, at) => map((...slices) => call(slices)[at]!, ...sequences));
}

/** Numbers that are computed before and read after it; the inputs, which are computed too, among them. */
function amongOthers(call: KernelInstance["call"], inputs: readonly Tensor[]): readonly Tensor[] {
  const given = inputs.map((input) => changed(input, 2));
  const beside = inputs.flatMap((input) => [changed(input, 4), changed(input, 8)]);
  return [...call(given), ...given, ...beside];
}

/** Floats times a power of 2, which is exact; others as they are. */
function changed(input: Tensor, factor: number): Tensor {
  return dtypes[input.dtype].class === "float" ? mul(input, factor) : input;
}

/** The outputs, the gradients of their sum with weights, and the gradients of those. */
function derivatives(call: KernelInstance["call"], inputs: readonly Tensor[]): readonly Tensor[] {
  const outputs = call(inputs);
  const targets = inputs.filter(isFloat);
  const first = slopes(outputs.filter(isFloat), targets, 1);
  return [...outputs, ...first, ...slopes(first, targets, 2)];
}

function isFloat({ dtype }: Tensor): boolean {
  return dtypes[dtype].class === "float";
}

function slopes(values: readonly Tensor[], targets: readonly Tensor[], seed: number): readonly Tensor[] {
  const random = randomSource(seed);
  const products = values.map((value) => {
    const weights = fromIndices(value.shape, value.dtype, () => 0.5 + random());
    return sum(mul(value, asTensor(weights)));
  });
  return gradients(products.reduce(add), targets, { unused: "zeros" });
}

function sameBitsLaw(row: KernelCase, given: () => Promise<readonly BackendWithKernels[]>): () => Promise<void> {
  return async () => {
    const all = (await given()).map(({ backend }) => backend);
    for (const dtype of row.dtypes)
      await onDraws(row, dtype, async (instance, inputs) => {
        const known = new Map<string | undefined, readonly HostArray[]>();
        for (const backend of all) {
          const target = backend.supports.kernels;
          const found = await evaluate(backend, inputs, (tensors) => instance.call(tensors));
          expectSame(found, known.get(target) ?? found);
          known.set(target, found);
        }
      });
  };
}

function expectSame(found: readonly HostArray[], expected: readonly HostArray[]): void {
  expected.forEach((array, at) => compareArrays(`output ${at}`, found[at]!, array));
}

/** Of a primitive, whose gradients no meaning tells. */
function differencesLaw(row: KernelCase): () => Promise<void> {
  return () =>
    onDraws(row, "float64", (instance, inputs) =>
      gradientCheck((...tensors) => instance.call(tensors), inputs, { backend: row.meaningBackend(), directions: 1 }),
    );
}
