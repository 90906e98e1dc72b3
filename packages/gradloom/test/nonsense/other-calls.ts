import { relu } from "@gradloom/activations";
import { arrays } from "@gradloom/data";
import { build, chain, tensor } from "@gradloom/core";
import { writeSafetensors } from "@gradloom/formats";
import { dense } from "@gradloom/layers-dense";
import { mse } from "@gradloom/losses";
import type { Calls } from "./core-calls.ts";

const layer = (): object => dense({ units: 2 });
const model = (): object => build(dense({ units: 2 }), { input: [2] });
const options =
  (given: object = {}): (() => readonly unknown[]) =>
  () => [given];
const x = (): unknown =>
  tensor([
    [1, 2],
    [3, 4],
  ]);

/** A valid call of each function of the other packages. */
export const otherCalls: Readonly<Record<string, Calls>> = {
  activations: {
    ...Object.fromEntries(["linear", "relu", "sigmoid", "tanh"].map((name) => [name, () => [x()]])),
    gelu: options({ approximate: true }),
    leakyRelu: options({ slope: 0.1 }),
    softmax: options({ axis: -1 }),
  },
  callbacks: { earlyStopping: options({ patience: 1 }), history: options(), progress: options() },
  data: {
    arrays: () => [{ x: [[1], [2]], y: [0, 1], weights: [1, 2] }],
    stream: () => [[{ x: [[1]], y: [0] }]],
  },
  datasets: {
    drawImage: () => [new Float32Array(4), { width: 2, height: 2 }],
    iris: () => [],
    spirals: options({ samples: 4 }),
    xor: () => [],
  },
  formats: {
    loadModel: () => [new Uint8Array(8), {}],
    loadWeights: () => [model(), new Uint8Array(8), {}],
    readSafetensors: () => [writeSafetensors({ tensors: new Map(), metadata: new Map() })],
    saveModel: () => [model(), {}],
    saveWeights: () => [model(), {}],
    writeSafetensors: () => [{ tensors: new Map(), metadata: new Map() }],
  },
  initializers: Object.fromEntries(
    Object.entries({
      bengioUniform: {},
      constant: { value: 1 },
      ones: {},
      zeros: {},
      heNormal: {},
      heUniform: {},
      normal: {},
      uniform: {},
      glorotNormal: {},
      glorotUniform: {},
      xavierNormal: {},
      xavierUniform: {},
    }).map(([name, given]) => [name, options(given)]),
  ),
  "layers-dense": {
    activation: () => [relu],
    dense: options({ units: 2 }),
    embedding: options({ vocabulary: 2, units: 2 }),
    flatten: options(),
    mergeAdd: options(),
    mergeAverage: options(),
    mergeConcatenate: options(),
    mergeMaximum: options(),
    mergeMultiply: options(),
    reshapeTo: options({ shape: [2, 1] }),
  },
  losses: {
    binaryCrossEntropy: () => [
      x(),
      tensor([
        [1, 0],
        [0, 1],
      ]),
    ],
    mse: () => [x(), x()],
    softmaxCrossEntropy: () => [x(), tensor([0, 1]), {}],
  },
  metrics: {
    accuracy: options(),
    binaryAccuracy: options(),
    lossOf: () => [mse],
    topKAccuracy: options(),
  },
  optimizers: {
    adam: options(),
    adamW: options(),
    addMomentum: options({ momentum: 0.9 }),
    clipByGlobalNorm: () => [1],
    clipByNorm: () => [1],
    clipByValue: () => [1],
    clipped: () => [chain(0.1), { value: 1 }],
    decayWeights: () => [0.1],
    scaleByAdam: options(),
    scaleByLearningRate: () => [],
    sgd: options({ learningRate: 0.1 }),
  },
  regularizers: { l1: options(), l1l2: options({ l1: 0.1 }), l2: options() },
};
void [layer, arrays];
