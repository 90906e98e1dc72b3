// Trains a network on handwritten digits, shows what it has learnt, saves it and loads it again: `npm start`.
import { access, constants, stat } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import {
  accuracy,
  adam,
  argMax,
  clipped,
  createTrainer,
  div,
  GradloomError,
  mul,
  plugins,
  progress,
  type Schedule,
  softmax,
  softmaxCrossEntropy,
  sub,
  summary,
  type Tensor,
  type Trainer,
} from "gradloom";
import { loadModelFile, saveModelFile } from "gradloom/node";
import { backends } from "./digits/backends.ts";
import { confusionMatrix } from "./digits/confusion-matrix.ts";
import { drawReadings } from "./digits/draw-readings.ts";
import { network } from "./digits/network.ts";
import { type DigitsData, readDigits } from "./digits/read-digits.ts";
import { type DigitsOptions, helpText, OptionsError, readOptions } from "./digits/read-options.ts";
import { runInNewProcess } from "./digits/run-in-new-process.ts";

const interruption = new AbortController();
process.once("SIGINT", () => interruption.abort());

try {
  const options = readOptions(process.argv.slice(2));
  if (options === "help") console.log(helpText());
  else if (options.predictFrom !== undefined) await predictFromFile(options, options.predictFrom);
  else await learnDigits(options, interruption.signal);
} catch (error) {
  if (interruption.signal.aborted) {
    console.error("\nStopped.");
    process.exitCode = 130;
  } else if (error instanceof OptionsError) {
    console.error(`${error.message}\n\nnpm start -- --help lists the options.`);
    process.exitCode = 2;
  } else if (error instanceof GradloomError) {
    console.error(error.message);
    process.exitCode = 1;
  } else throw error;
}

async function learnDigits(options: DigitsOptions, signal: AbortSignal): Promise<void> {
  await checkWritable(options.output);
  const data = await readDigits(options);
  const trainer = trainerFor(options, data);
  console.log(`${summary(trainer.model)}\n`);
  const started = performance.now();
  await trainer.fit(data.training, {
    epochs: options.epochs,
    validation: data.validation,
    callbacks: [progress()],
    signal,
  });
  console.log(`\nTrained on ${data.training.size} digits in ${((performance.now() - started) / 1000).toFixed(1)} s.`);
  await report(trainer, data, signal);
  await saveAndLoad(trainer, data, options, signal);
}

function trainerFor(options: DigitsOptions, { training }: DigitsData): Trainer {
  const { epochs, clip, seed, backend, threads } = options;
  const learningRate = fallingToZero(options.learningRate, epochs * training.length);
  return createTrainer({
    plugins: [backends[backend]!(threads)],
    model: network(options),
    input: [28, 28, 1],
    loss: softmaxCrossEntropy,
    optimizer: clipped(adam({ learningRate }), { globalNorm: clip }),
    metrics: [accuracy],
    seed,
  });
}

/** A straight line from the rate to 0. A schedule is a function of the step count, which is 1 at the first step. */
function fallingToZero(rate: number, steps: number): Schedule {
  return (count) => mul(sub(1, div(sub(count, 1), steps)), rate);
}

async function report(trainer: Trainer, data: DigitsData, signal: AbortSignal): Promise<void> {
  const measured = await trainer.evaluate(data.test, { signal });
  const accuracyNow = (100 * measured["accuracy"]!).toFixed(2);
  console.log(`Test accuracy: ${accuracyNow} % of ${data.test.size} digits that the network has never seen.\n`);
  const logits = trainer.predict(data.testImages);
  const predicted = await argMax(logits, { axis: -1 }).data();
  console.log(
    `What was read (across) for each digit (down):\n${confusionMatrix(data.testLabels, predicted, data.classes)}\n`,
  );
  console.log(`${drawReadings(data, predicted, await softmax(logits).data())}\n`);
}

async function saveAndLoad(
  trainer: Trainer,
  { testImages }: DigitsData,
  { output, backend, threads }: DigitsOptions,
  signal: AbortSignal,
): Promise<void> {
  await saveModelFile(output, trainer.model);
  const here = await bytesOf(trainer.predict(testImages));
  const there = await runInNewProcess(
    fileURLToPath(import.meta.url),
    ["--predict-from", output, "--backend", backend, ...(threads === undefined ? [] : ["--threads", String(threads)])],
    signal,
  );
  if (!here.equals(there)) throw new Error(`The model that was loaded from ${output} predicts other numbers.`);
  console.log(`Saved to ${output}. A new process loaded it and predicts the same ${here.length} bytes.`);
}

/** Prints the bytes of the predictions for the test digits that the model in the file makes. */
async function predictFromFile(options: DigitsOptions, file: string): Promise<void> {
  const model = await loadModelFile(file, { plugins: [...plugins, backends[options.backend]!(options.threads)] });
  const { testImages } = await readDigits(options);
  process.stdout.write(await bytesOf(model.call(testImages)));
}

/** Throws before the training, not after it, where the file cannot be written. */
async function checkWritable(file: string): Promise<void> {
  const isFolder = await stat(file).then(
    (known) => known.isDirectory(),
    () => false,
  );
  if (isFolder) throw new OptionsError(`--output is "${file}", which is a folder; give the path of a file in it`);
  try {
    await access(path.dirname(path.resolve(file)), constants.W_OK);
  } catch (error) {
    throw new OptionsError(`--output is "${file}", which cannot be written (${(error as Error).message})`);
  }
}

async function bytesOf(values: Tensor): Promise<Buffer> {
  return Buffer.from((await values.data()).buffer);
}
