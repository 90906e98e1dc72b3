import { type Callback, define, type EpochReport, text, type TrainerView } from "@gradloom/core";
import { type CallbackCase, callbackSuite } from "@gradloom/testing";
import { describe, expect, test } from "vitest";
import { collectLaws, faultOf, faultsIn, type Laws } from "./collect-laws.ts";

/** Ends training when the validation loss rises; forgets what was before where training starts. */
function stopping(change: Partial<Record<keyof Callback, (() => never) | undefined>> = {}): Callback {
  let last = Infinity;
  return {
    onTrainStart: () => void (last = Infinity),
    onEpochEnd({ validation }: EpochReport) {
      const rises = validation!.loss > last;
      last = validation!.loss;
      return rises ? "stop" : undefined;
    },
    ...change,
  } as Callback;
}

function laws(make: () => Callback, row: Partial<CallbackCase> = {}): Laws {
  const stop = define("callback", "stop", {}, make);
  return collectLaws((runner) => callbackSuite({ stop: { make: () => stop(), ...row } }, runner, { plugins: [stop] }));
}

describe("the callback suite", () => {
  test("lets a right callback pass", async () => {
    expect(await faultsIn(laws(stopping))).toEqual([]);
  });

  test("lets one that changes the learning rate pass where its row says so", async () => {
    const slowing = (): Callback => {
      let trainer: TrainerView;
      return {
        onTrainStart: (training) => void ({ trainer } = training),
        onEpochEnd: () => trainer.setLearningRate(0),
      };
    };
    expect(await faultsIn(laws(slowing, { steers: true }))).toEqual([]);
    expect(await faultOf(laws(slowing), "stop > leaves training as it is until it ends it")).toMatch(/^reports: /);
  });

  const fail = (): never => {
    throw new Error("a hook fails");
  };
  test.each<[string, string, () => Callback, RegExp]>([
    [
      "what the training before left",
      "does the same in the next training",
      () => stopping({ onTrainStart: undefined }),
      /^the next training: .*"weight":0\.\d+}, expected .*"weight":1\.\d+}$/,
    ],
    [
      "what a training that failed left",
      "does the same after a training that failed",
      () => {
        let failures = 0;
        return { onTrainFail: () => void failures++, onEpochEnd: () => (failures > 0 ? "stop" : undefined) };
      },
      /^the training after: /,
    ],
    [
      "a hook that fails",
      "lets those before and after it see every hook",
      () => stopping({ onEpochEnd: fail }),
      /^a hook fails$/,
    ],
    [
      "a number of steps that is taken for known",
      "does the same where the number of steps is not known",
      () => ({ onStep: ({ step, steps }) => (step > steps! || steps === undefined ? fail() : undefined) }),
      /^a hook fails$/,
    ],
  ])("finds %s", async (_, law, make, message) => {
    expect(await faultOf(laws(make), `stop > ${law}`)).toMatch(message);
  });

  test("finds an option that the recipe loses", async () => {
    const named = define("callback", "named", { name: text }, (): Callback => ({ onStep: () => {} }));
    const collected = collectLaws((runner) =>
      callbackSuite({ named: { make: () => ({ onStep: () => {} }) } }, runner, { plugins: [named] }),
    );
    expect(await faultOf(collected, "named > comes back from its recipe")).toMatch(/^recipe: value is /);
  });
});
