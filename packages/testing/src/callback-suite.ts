import {
  type Batch,
  type Callback,
  chain,
  createTrainer,
  type Dataset,
  type EpochReport,
  type Layer,
  mul,
  neg,
  sub,
  sum,
  type Tensor,
  tensor,
  zeros,
} from "@gradloom/core";
import type { Backend } from "@gradloom/core/backend";
import { recipeLaw } from "./recipe-law.ts";
import { type SuiteOptions, suiteOptions } from "./suite-options.ts";
import type { Runner } from "./suite.ts";

/** A callback as law. */
export interface CallbackCase {
  make(): Callback;
  /** One whose options can be written into a file, where those of `make` cannot, such as an output. */
  readonly withRecipe?: () => Callback;
  /** Whether it changes how training goes on before it ends it, such as the learning rate; it does not if left out. */
  readonly steers?: boolean;
}

/**
 * The laws of callbacks, in real trainings whose validation loss is best in the middle: they leave training as it is until they end it; what they do
 * does not depend on trainings before, failed ones included, or on whether the number of steps is known; they come back from their recipes.
 */
export function callbackSuite(
  cases: Readonly<Record<string, CallbackCase>>,
  { describe, test }: Runner,
  options: SuiteOptions,
): void {
  const { backend, plugins } = suiteOptions("callbackSuite", options);
  for (const [name, row] of Object.entries(cases)) {
    describe(name, () => {
      if (row.steers !== true)
        test("leaves training as it is until it ends it", async () => {
          const plain = await trained(backend, []);
          const reports = await trained(backend, [row.make()]);
          same("reports", reports.epochs, plain.epochs.slice(0, reports.epochs.length));
        });
      test("lets those before and after it see every hook", () => hooksLaw(row, backend));
      test("does the same in the next training", async () => {
        const callback = row.make();
        await trained(backend, [callback], { steps: stepsInEpoch, validation: lastWeight });
        same("the next training", await trained(backend, [callback]), await trained(backend, [row.make()]));
      });
      test("does the same after a training that failed", async () => {
        const callback = row.make();
        for (const batches of [0, 1, 7]) await failed(backend, callback, batches);
        same("the training after", await trained(backend, [callback]), await trained(backend, [row.make()]));
      });
      test("does the same where the number of steps is not known", async () => {
        const known = await trained(backend, [row.make()]);
        same("the training", await trained(backend, [row.make()], { steps: undefined }), known);
      });
      test("comes back from its recipe", () => void recipeLaw((row.withRecipe ?? row.make)(), plugins));
    });
  }
}

/** What a training leaves. */
interface Trained {
  readonly epochs: readonly EpochReport[];
  readonly weight: number;
}

const epochs = 9;
const stepsInEpoch = 3;
/** About where the weight is at the end: a validation loss that no other training reaches. */
const lastWeight = 1.884;

/** y = weight · x, from 0. */
const scale: Layer = {
  build(input, make) {
    const weight = make.parameter("weight", [1], { initializer: (shape) => zeros(shape) });
    return { output: input, call: (x) => mul(x as Tensor, weight.value) };
  },
};

interface DataOptions {
  /** The number of steps that is told. */
  readonly steps?: number | undefined;
  /** After how many batches it fails. */
  readonly fails?: number;
  /** The weight that is best for validation; 1 if left out. */
  readonly validation?: number;
}

/** Batches of 1 -> target. */
function dataOf(target: number, { steps, fails }: DataOptions): Dataset {
  let left = fails ?? Infinity;
  const batch: Batch = { x: tensor([[1]]), y: tensor([[target]]) };
  return {
    ...(steps === undefined ? {} : { length: steps }),
    *batches() {
      for (let step = 0; step < stepsInEpoch; step++) {
        if (left-- <= 0) throw new Error(dataFailure);
        yield batch;
      }
    },
  };
}

const dataFailure = "the data ends here";

/** A training whose weight goes from 0 to 2, past the one that is best for validation. */
async function trained(
  backend: Backend,
  callbacks: readonly Callback[],
  data: DataOptions = { steps: stepsInEpoch },
): Promise<Trained> {
  const trainer = createTrainer({
    plugins: [backend],
    model: scale,
    input: [1],
    loss: (prediction, target) => {
      const away = sub(prediction, target);
      return sum(mul(away, away), { axis: 1 });
    },
    optimizer: chain(0.05, { update: (gradient, { learningRate }) => ({ update: neg(mul(gradient, learningRate)) }) }),
  });
  const validation = dataOf(data.validation ?? 1, {});
  const reports = await trainer.fit(dataOf(2, data), { epochs, validation, callbacks });
  const [weight] = await trainer.model.trainable[0]!.data();
  return { epochs: reports, weight: weight! };
}

/** A training whose data fails after a number of batches; the callback must let that error through. */
async function failed(backend: Backend, callback: Callback, batches: number): Promise<void> {
  let failure: unknown;
  try {
    await trained(backend, [callback], { steps: stepsInEpoch, fails: batches });
  } catch (error) {
    failure = error;
  }
  // Training may have ended before.
  if (failure === undefined && batches > 1) return;
  const message = failure instanceof Error ? failure.message : String(failure);
  if (message !== dataFailure) throw new Error(`where training failed with "${dataFailure}", fit told ${message}`);
}

async function hooksLaw(row: CallbackCase, backend: Backend): Promise<void> {
  const seen: string[][] = [[], []];
  const [before, after] = seen.map((list): Callback => ({
    onTrainStart: () => void list.push("start"),
    onEpochStart: ({ epoch }) => void list.push(`epoch ${epoch}`),
    onStep: ({ step }) => void list.push(`step ${step}`),
    onEpochEnd: ({ epoch }) => void list.push(`end of ${epoch}`),
    onTrainEnd: () => void list.push("end"),
  }));
  const { epochs: reports } = await trained(backend, [before!, row.make(), after!]);
  const steps = Array.from({ length: stepsInEpoch }, (_, at) => `step ${at + 1}`);
  const expected = ["start", ...reports.flatMap(({ epoch }) => [`epoch ${epoch}`, ...steps, `end of ${epoch}`]), "end"];
  for (const list of seen) same("hooks", list, expected);
}

function same(what: string, got: unknown, expected: unknown): void {
  const [one, other] = [JSON.stringify(got), JSON.stringify(expected)];
  if (one !== other) throw new Error(`${what}: ${one}, expected ${other}`);
}
