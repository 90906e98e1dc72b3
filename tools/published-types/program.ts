// A program of a user, for the oldest compiler that understands the published types; it is never run.
import * as backendWasmKernels from "@gradloom/backend-wasm/kernels";
import * as core from "@gradloom/core";
import * as coreBackend from "@gradloom/core/backend";
import * as datasetsDigits from "@gradloom/datasets/digits";
import * as formatsNode from "@gradloom/formats/node";
import * as testing from "@gradloom/testing";
import * as gradloom from "gradloom";
import * as gradloomDigits from "gradloom/digits";
import * as gradloomNode from "gradloom/node";
import { adam, arrays, createTrainer, dense, plugins, sequential, spirals, type Tensor, wasm } from "gradloom";

export {
  backendWasmKernels,
  core,
  coreBackend,
  datasetsDigits,
  formatsNode,
  gradloom,
  gradloomDigits,
  gradloomNode,
  testing,
};

const { inputs, labels, shape } = spirals();
const [training, test] = arrays({ x: { data: inputs, shape }, y: labels }).split(0.8);
const parts = {
  plugins: [wasm(), ...plugins],
  model: sequential(dense({ units: 32, activation: "relu" }), dense({ units: 2 })),
} as const;

const trainer = createTrainer({ ...parts, loss: "softmaxCrossEntropy", optimizer: adam({ learningRate: 0.01 }) });
const signal = { throwIfAborted: () => undefined };
await trainer.fit(training.shuffle(), { epochs: 20, validation: test, signal });
export const prediction: Tensor = trainer.predict([[0, 1]]);

// @ts-expect-error no loss has this name
createTrainer({ ...parts, loss: "softmaxCrossEntrop", optimizer: "adam" });
// @ts-expect-error layers need the number of their units
dense({});
