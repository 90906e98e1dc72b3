import type { Callback, EpochReport, Metrics, StepReport, TrainerView } from "@gradloom/core";
import { describe, expect, test, vi } from "vitest";
import { callbackSuite } from "@gradloom/testing";
import { callbacks, earlyStopping, type EarlyStoppingOptions, history, type Output, progress } from "../src/index.ts";

function epoch(number: number, metrics: Metrics, validation?: Metrics): EpochReport {
  return { epoch: number, epochs: 9, metrics, validation };
}

function step(number: number, read: () => Promise<Metrics>): StepReport {
  return { epoch: 1, step: number, steps: 40, read };
}

const silent: Output = { write: () => {} };

callbackSuite(
  {
    history: { make: () => history() },
    "early stopping that goes back to the best epoch": { make: () => earlyStopping({ patience: 2 }) },
    "early stopping that stays where it ends": { make: () => earlyStopping({ patience: 1, restoreBest: false }) },
    "early stopping that never ends": { make: () => earlyStopping({ metric: "loss", minimumChange: 0 }) },
    progress: { make: () => progress({ output: silent }), withRecipe: () => progress() },
    "progress on a terminal": {
      make: () => progress({ output: { ...silent, isTTY: true, columns: 40 } }),
      withRecipe: () => progress(),
    },
  },
  { describe, test },
  { plugins: [callbacks] },
);

/** The hooks of progress, which are no promises. */
interface Shown {
  onEpochStart(start: { readonly epoch: number; readonly epochs: number }): void;
  onStep(report: StepReport): void;
  onEpochEnd(report: EpochReport): void;
}

/** An output that remembers, and a clock that is set by hand. */
function screen(output: Omit<Output, "write"> = {}) {
  const written: string[] = [];
  const clock = { now: 0 };
  const shown = progress({ output: { ...output, write: (text) => written.push(text) }, now: () => clock.now }) as Shown;
  return { written, clock, shown };
}

const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));

describe("progress", () => {
  test("writes over one line on a terminal, which an epoch's line ends", async () => {
    const { written, clock, shown } = screen({ isTTY: true, columns: 200 });
    shown.onEpochStart({ epoch: 1, epochs: 9 });
    clock.now = 2000;
    shown.onStep(step(10, () => Promise.resolve({ loss: 0.51239, accuracy: 0.9 })));
    await settled();
    clock.now = 8000;
    shown.onEpochEnd(epoch(1, { loss: 0.5, accuracy: 0.91 }, { loss: 12_345 }));
    expect(written).toEqual([
      "\repoch 1/9 ━━━━━─────────────── 10/40 · loss 0.5124 · accuracy 0.9000 · 6.0 s left\u001b[K",
      "\repoch 1/9 · loss 0.5000 · accuracy 0.9100 · validation/loss 1.235e+4 · 8.0 s\u001b[K\n",
    ]);
  });

  test("is cut to the width of the terminal while it is written over", async () => {
    const { written, shown } = screen({ isTTY: true, columns: 20 });
    shown.onEpochStart({ epoch: 1, epochs: 9 });
    shown.onStep(step(10, () => Promise.resolve({ loss: 1 })));
    await settled();
    expect(written[0]).toBe("\repoch 1/9 ━━━━━────\u001b[K");
  });

  test("writes a line for each epoch elsewhere and reads nothing in between", () => {
    const { written, clock, shown } = screen();
    shown.onEpochStart({ epoch: 1, epochs: 9 });
    const read = vi.fn<() => Promise<Metrics>>();
    shown.onStep(step(1, read));
    clock.now = 83_400;
    shown.onEpochEnd(epoch(1, { loss: 0 }));
    expect(read).not.toHaveBeenCalled();
    expect(written).toEqual(["epoch 1/9 · loss 0.000 · 1:23 min\n"]);
  });

  test("looks at the metrics at most ten times a second, one look at a time", async () => {
    const { clock, shown } = screen({ isTTY: true });
    shown.onEpochStart({ epoch: 1, epochs: 9 });
    let reads = 0;
    const read = (): Promise<Metrics> => {
      reads++;
      return Promise.resolve({ loss: 1 });
    };
    for (let at = 0; at < 1000; at++) {
      clock.now = at;
      shown.onStep(step(at, read));
      await Promise.resolve();
    }
    expect(reads).toBe(10);
    clock.now = 2000;
    shown.onStep(step(1, () => new Promise(() => {})));
    clock.now = 3000;
    shown.onStep(step(2, read));
    expect(reads).toBe(10);
  });

  test("does not wait for a look, and drops one that comes after the epoch", async () => {
    const { written, shown } = screen({ isTTY: true });
    shown.onEpochStart({ epoch: 1, epochs: 9 });
    let tell: (metrics: Metrics) => void = () => {};
    expect(shown.onStep(step(1, () => new Promise((resolve) => (tell = resolve))))).toBeUndefined();
    shown.onEpochEnd(epoch(1, { loss: 1 }));
    tell({ loss: 2 });
    await settled();
    expect(written).toHaveLength(1);
  });

  test("goes on after a look that failed", async () => {
    const { written, clock, shown } = screen({ isTTY: true });
    shown.onEpochStart({ epoch: 1, epochs: 9 });
    shown.onStep(step(1, () => Promise.reject(new Error("lost"))));
    await settled();
    clock.now = 100;
    shown.onStep(step(2, () => Promise.resolve({ loss: 1 })));
    await settled();
    expect(written).toHaveLength(1);
  });

  test("counts steps where their number is not known", async () => {
    const { written, shown } = screen({ isTTY: true });
    shown.onEpochStart({ epoch: 1, epochs: 9 });
    shown.onStep({ ...step(7, () => Promise.resolve({ loss: 1 })), steps: undefined });
    await settled();
    expect(written).toEqual(["\repoch 1/9 · step 7 · loss 1.000\u001b[K"]);
  });

  test("goes to the standard output if nothing else is said", () => {
    const write = vi.spyOn(process.stdout, "write").mockReturnValue(true);
    try {
      const shown = progress() as Shown;
      shown.onEpochStart({ epoch: 1, epochs: 9 });
      shown.onEpochEnd(epoch(1, { loss: 1 }));
      expect(write.mock.calls[0]![0]).toMatch(/epoch 1\/9 · loss 1\.000 · 0\.0 s/);
    } finally {
      write.mockRestore();
    }
  });
});

test("history keeps the reports of all epochs and tells one metric of each", async () => {
  const log = history();
  const reports = [epoch(1, { loss: 3 }, { loss: 4 }), epoch(2, { loss: 2 }, { loss: 5 })];
  for (const report of reports) await log.onEpochEnd!(report);
  expect(log.reports).toEqual(reports);
  expect([log.values("loss"), log.values("validation/loss")]).toEqual([
    [3, 2],
    [4, 5],
  ]);
  expect(() => log.values("accuracy")).toThrow(
    expect.objectContaining({
      message:
        'history: there is no metric "accuracy"; there are loss, validation/loss. Give the Trainer the metric, and fit a validation set for those that begin with validation/',
    }),
  );
});

describe("early stopping", () => {
  /** The epoch after which training with these values ends, and the snapshot that is restored at the end. */
  async function run(values: readonly number[], options: EarlyStoppingOptions = {}) {
    let at = 0;
    let restored: number | undefined;
    let snapshots = 0;
    const trainer: TrainerView = {
      setLearningRate: () => {},
      progress: {
        gathering: undefined,
        variables: [],
        get epochs() {
          snapshots++;
          return at;
        },
        set epochs(epoch) {
          restored = epoch;
        },
      },
    };
    const callback = earlyStopping(options) as Required<Callback>;
    await callback.onTrainStart({ epochs: values.length, trainer });
    const metric = options.metric ?? "validation/loss";
    for (const value of values) {
      at++;
      const [validation, name] = metric.startsWith("validation/") ? [true, metric.slice(11)] : [false, metric];
      const report = validation
        ? epoch(at, { loss: 1 }, { loss: 1, [name]: value })
        : epoch(at, { loss: 1, [name]: value });
      if ((await callback.onEpochEnd(report)) === "stop") break;
    }
    await callback.onTrainEnd([]);
    return { end: at, restored, snapshots };
  }

  test("ends training when the validation loss was no better for as many epochs as it has patience", async () => {
    expect(await run([5, 4, 3, 3.5, 3, 3.2, 1])).toEqual({ end: 6, restored: 3, snapshots: 3 });
    expect(await run([5, 4, 4.5, 4.6, 1], { patience: 2 })).toMatchObject({ end: 4, restored: 2 });
  });

  test("goes back to the best epoch also where training ended by itself, unless it was the last", async () => {
    expect(await run([5, 4, 4.5])).toMatchObject({ end: 3, restored: 2 });
    expect(await run([5, 4, 3])).toMatchObject({ end: 3, restored: undefined });
    expect(await run([5, 4, 4.5], { restoreBest: false })).toEqual({ end: 3, restored: undefined, snapshots: 0 });
  });

  test("counts only changes of the minimum, in the direction that is best", async () => {
    expect(await run([5, 4.95, 4.9, 4.85, 1], { minimumChange: 0.2 })).toMatchObject({ end: 4, restored: 1 });
    const accuracy = { metric: "validation/accuracy", best: "highest" as const };
    expect(await run([0.5, 0.7, 0.6, 0.65, 0.6, 0.9], accuracy)).toMatchObject({ end: 5, restored: 2 });
    expect(await run([3, 2, 4, 4, 4, 1], { metric: "loss" })).toMatchObject({ end: 5, restored: 2 });
  });

  test("takes NaN for no better than anything", async () => {
    expect(await run([Number.NaN, 3, Number.NaN, Number.NaN, Number.NaN, 1])).toMatchObject({ end: 5, restored: 2 });
    expect(await run([Number.NaN, Number.NaN, Number.NaN])).toMatchObject({ end: 3, restored: undefined });
  });

  test("refuses what it cannot watch and options that make no sense", async () => {
    const refused = [
      [
        () => earlyStopping({ metric: "validation/accuracy" }),
        'earlyStopping: say whether the lowest or the highest "validation/accuracy" is best, e.g. { metric: "validation/accuracy", best: "highest" }',
      ],
      [() => earlyStopping({ patience: 0 }), "earlyStopping: patience is 0; it must be a whole number of 1 or more"],
      [
        () => earlyStopping({ minimumChange: Number.NaN }),
        "earlyStopping: minimumChange is NaN; it must be a finite number of 0 or more",
      ],
    ] as const;
    for (const [make, message] of refused) expect(make).toThrow(expect.objectContaining({ message }));
    await expect(earlyStopping().onEpochEnd!(epoch(1, { loss: 1, accuracy: 0.5 }))).rejects.toThrow(
      expect.objectContaining({
        message:
          'earlyStopping: there is no metric "validation/loss"; there are loss, accuracy. Give the Trainer the metric, and fit a validation set for those that begin with validation/',
      }),
    );
  });
});
