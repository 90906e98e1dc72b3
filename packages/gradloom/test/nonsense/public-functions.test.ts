import * as activations from "@gradloom/activations";
import { cpu } from "@gradloom/backend-cpu";
import * as callbacks from "@gradloom/callbacks";
import * as core from "@gradloom/core";
import * as data from "@gradloom/data";
import * as datasets from "@gradloom/datasets";
import * as formats from "@gradloom/formats";
import * as initializers from "@gradloom/initializers";
import * as layersDense from "@gradloom/layers-dense";
import * as losses from "@gradloom/losses";
import * as metrics from "@gradloom/metrics";
import * as optimizers from "@gradloom/optimizers";
import * as regularizers from "@gradloom/regularizers";
import { afterAll, beforeEach, describe, expect, test, vi } from "vitest";
import { type Calls, coreCalls } from "./core-calls.ts";
import { nonsense } from "./kinds.ts";
import { otherCalls } from "./other-calls.ts";

const packages: Readonly<Record<string, readonly [object, Calls]>> = {
  core: [core, coreCalls],
  activations: [activations, otherCalls.activations!],
  callbacks: [callbacks, otherCalls.callbacks!],
  data: [data, otherCalls.data!],
  datasets: [datasets, otherCalls.datasets!],
  formats: [formats, otherCalls.formats!],
  initializers: [initializers, otherCalls.initializers!],
  "layers-dense": [layersDense, otherCalls["layers-dense"]!],
  losses: [losses, otherCalls.losses!],
  metrics: [metrics, otherCalls.metrics!],
  optimizers: [optimizers, otherCalls.optimizers!],
  regularizers: [regularizers, otherCalls.regularizers!],
};

/** Functions of core that give functions for a tensor. */
const givers = ["compile", "checkpoint", "customGradient", "define", "defineActivation"];

/** Reads what a call gave, if that is a tensor of a size that can be computed in a test. */
async function settle(result: unknown): Promise<void> {
  const value = await result;
  if (value instanceof core.Tensor && value.size < 1e6) await value.data();
  if (Array.isArray(value)) for (const one of value.slice(0, 4)) await settle(one);
}

/** What a call fails with, if that is no error of ours. */
async function foreignError(call: () => unknown): Promise<string | undefined> {
  try {
    await settle(call());
    return undefined;
  } catch (error) {
    // The data sets know no core, and say what is wrong in its form with the errors of the language.
    const isOurs = error instanceof core.GradloomError || (error instanceof RangeError && /^\w+: /.test(error.message));
    return isOurs ? undefined : String(error);
  }
}

beforeEach(() => {
  core.useBackend(cpu());
  vi.spyOn(console, "log").mockImplementation(() => {});
});
afterAll(() => void vi.restoreAllMocks());

describe.each(Object.entries(packages))("%s", (_, [module, calls]) => {
  const functions = Object.entries(module).filter(([, value]) => typeof value === "function");

  test("has a row for every public function", () => {
    expect(Object.keys(calls).toSorted()).toEqual(functions.map(([name]) => name).toSorted());
  });

  test.each(functions)("%s answers nonsense with an error of ours", async (name, value: unknown) => {
    const given = calls[name];
    if (given === undefined || typeof given === "string") return;
    const made = value as (...values: readonly unknown[]) => unknown;
    const call = givers.includes(name)
      ? (...values: readonly unknown[]): unknown => (made(...values) as (x: core.Tensor) => unknown)(core.tensor([1]))
      : made;
    expect(await foreignError(() => call(...given()))).toBe(undefined);
    const foreign: string[] = [];
    for (const position of given().keys()) {
      for (const [kind, make] of Object.entries(nonsense)) {
        const values = given().map((one, at) => (at === position ? make() : one));
        const error = await foreignError(() => call(...values));
        if (error !== undefined) foreign.push(`${kind} for argument ${position}: ${error}`);
      }
    }
    expect(foreign).toEqual([]);
  });
});
