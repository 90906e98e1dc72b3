import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import * as core from "@gradloom/core";
import { cpu } from "@gradloom/backend-cpu";
import { wasm } from "@gradloom/backend-wasm";
import { wasmForTests, wasmFormula, wasmKernel, wasmKernels } from "@gradloom/backend-wasm/kernels";
import { hostKernels, kernelBackend, kernelSet, rowGroups } from "@gradloom/core/backend";
import { arrays, stream } from "@gradloom/data";
import { drawImage, spirals } from "@gradloom/datasets";
import { digits } from "@gradloom/datasets/digits";
import { loadModel, loadWeights, saveModel, saveWeights, writeSafetensors } from "@gradloom/formats";
import { loadModelFile, loadWeightsFile, saveModelFile, saveWeightsFile } from "@gradloom/formats/node";
import { dense } from "@gradloom/layers-dense";
import { mse } from "@gradloom/losses";
import { addMomentum, scaleByAdam, sgd } from "@gradloom/optimizers";
import * as suites from "@gradloom/testing";
import { useBestBackend } from "gradloom";

/** A call with options: those that it cannot do without, and how its messages begin, where that is not its name. */
export interface Call {
  readonly call: (options: unknown) => unknown;
  readonly needed?: object;
  readonly begins?: string;
  /** Options whose values other checks look at. */
  readonly elsewhere?: readonly string[];
}

type WithOptions = (options: never) => unknown;

const given =
  (call: WithOptions, row: Omit<Call, "call"> = {}): (() => Call) =>
  () => ({ call: call as (options: unknown) => unknown, ...row });

const x = (): core.Tensor =>
  core.tensor([
    [1, 2],
    [3, 4],
  ]);
const file = path.join(mkdtempSync(path.join(tmpdir(), "gradloom-options-")), "empty.safetensors");
writeFileSync(file, writeSafetensors({ tensors: new Map(), metadata: new Map() }));
const key = core.randomKey(1);
const cell = (): core.Variable => core.variable([1, 2]);
const model = (): core.Model => core.build(dense({ units: 2 }), { input: [2] });
const trainer = (): core.Trainer => core.createTrainer({ model: model(), loss: mse, optimizer: sgd });
const samples = (): ReturnType<typeof arrays> => arrays({ x: [[1, 2]], y: [[1, 2]] });
const swish = core.fused<object>({ name: "mine", infer: ([given]) => [given!], compose: ([given]) => [given!] });
const runner = { describe: () => {}, test: Object.assign(() => {}, { skip: () => {} }) };
const suite = (call: (cases: object, runner: suites.Runner, options: never) => void): (() => Call) =>
  given((options) => call({}, runner, options), { needed: { plugins: [] } });

/** Functions of a tensor and options, by their names. */
function ofTensor(names: readonly (keyof typeof core)[]): Readonly<Record<string, () => Call>> {
  const named = core as unknown as Readonly<Record<string, (tensor: core.Tensor, options: never) => unknown>>;
  const rows = names.map((name) => [name, given((options) => named[name]!(x(), options))] as const);
  return Object.fromEntries(rows);
}

/** A call of every public function and method that takes options. */
export const calls: Readonly<Record<string, () => Call>> = {
  ...ofTensor(["all", "any", "argMax", "argMin", "argSort", "countNonzero", "cumprod", "cumsum", "flatten"]),
  ...ofTensor(["logSoftmax", "logSumExp", "max", "mean", "min", "norm", "prod", "softmax", "sort"]),
  ...ofTensor(["standardDeviation", "sum", "variance"]),
  "GraphTensor.max": given((options) => x().max(options), { begins: "max" }),
  "GraphTensor.mean": given((options) => x().mean(options), { begins: "mean" }),
  "GraphTensor.sum": given((options) => x().sum(options), { begins: "sum" }),
  "Model.forward": given((options) => model().forward(x(), options), { begins: "forward" }),
  "ModelBuilder.parameter": given(
    (options) => {
      const layer = { build: (_: core.Shapes, make: core.Builder) => make.parameter("w", [2], options) };
      return core.build(layer as never, { input: [2] });
    },
    { needed: { initializer: "zeros" }, begins: "parameter w", elsewhere: ["fans"] },
  ),
  "Samples.batch": given((options) => samples().batch(1, options), { begins: "batch" }),
  "Samples.shuffle": given((options) => samples().shuffle(options), { begins: "shuffle" }),
  "Samples.split": given((options) => samples().split([1], options), { begins: "split" }),
  "Stream.batch": given((options) => stream([]).batch(1, options), { begins: "batch" }),
  "Trainer.constructor": given((options) => new core.Trainer(options), {
    needed: { model: dense({ units: 1 }), loss: mse, optimizer: sgd },
    begins: "createTrainer",
  }),
  "Trainer.evaluate": given((options) => trainer().evaluate(samples(), options), { begins: "evaluate" }),
  "Trainer.fit": given((options) => trainer().fit(samples(), options), { begins: "fit" }),
  accumulate: given(core.accumulate),
  activationSuite: suite(suites.activationSuite as never),
  addMomentum: given(addMomentum),
  alongRows: given((options) =>
    suites.alongRows(
      (one) => one,
      (row) => row,
      undefined,
      options,
    ),
  ),
  arrays: given(arrays, { needed: { x: [[1]], y: [[1]] }, elsewhere: ["x", "y", "weights"] }),
  backendSuite: given((options) => suites.backendSuite(cpu, runner, options)),
  build: given((options) => core.build(dense({ units: 1 }), options), { needed: { input: [2] } }),
  callbackSuite: suite(suites.callbackSuite as never),
  commit: given((options) => core.commit([], options), { elsewhere: ["home", "on"] }),
  compile: given((options) => core.compile(() => x(), options)),
  constant: given((options) => core.constant([1], options)),
  cpu: given(cpu),
  createTrainer: given(core.createTrainer as WithOptions, {
    needed: { model: dense({ units: 1 }), loss: mse, optimizer: sgd },
  }),
  define: given((options) => core.define("layer", "mine", {}, () => dense({ units: 1 }), options)),
  digits: given(digits),
  drawImage: given((options) => drawImage([1, 2], options), { needed: { width: 2, height: 1 } }),
  explain: given((options) => core.explain(x(), options)),
  extremeSuite: given((options) => suites.extremeSuite({}, runner, options)),
  gather: given((options) => core.gather(x(), [0], options)),
  gradientCheck: given((options) => suites.gradientCheck((a) => a!, [x()], options)),
  gradients: given((options) => core.gradients(core.sum(cell().value), [], options)),
  hessian: given((options) => core.hessian(core.sum(cell().value), cell(), options)),
  hessianVectorProduct: given((options) => core.hessianVectorProduct(core.sum(cell().value), [], [], options)),
  initializerSuite: suite(suites.initializerSuite as never),
  jacobian: given((options) => core.jacobian(cell().value, cell(), options)),
  jacobianVectorProduct: given((options) => core.jacobianVectorProduct(cell().value, [], [], options)),
  hostKernels: given(hostKernels, { needed: { name: "mine", target: "cpu", kernels: new Map() } }),
  kernelBackend: given(kernelBackend, { needed: { name: "mine", kernels: {} } }),
  kernelSet: given(kernelSet, { needed: { name: "mine", target: "cpu", kernels: new Map() } }),
  kernelSuite: given((options) => suites.kernelSuite({}, runner, options), { needed: { kernels: [], backends: {} } }),
  layerSuite: suite(suites.layerSuite as never),
  linspace: given((options) => core.linspace(0, 1, 2, options)),
  loadModel: given((options) => loadModel(new Uint8Array(8), options)),
  loadModelFile: given((options) => loadModelFile(file, options)),
  loadWeights: given((options) => loadWeights(model(), new Uint8Array(8), options)),
  loadWeightsFile: given((options) => loadWeightsFile("nowhere", model(), options)),
  lossSuite: suite(suites.lossSuite as never),
  matmul: given((options) => core.matmul(x(), x(), options)),
  metricSuite: suite(suites.metricSuite as never),
  oneHot: given((options) => core.oneHot(core.tensor(Int32Array.of(0)), 2, options)),
  operationSuite: given((options) => suites.operationSuite({}, runner, options)),
  optimizerSuite: suite(suites.optimizerSuite as never),
  overlapAdd: given((options) => core.overlapAdd(x(), options), { needed: { axis: 0 } }),
  pad: given((options) => core.pad(x(), 1, options)),
  plugin: given(core.plugin as WithOptions, { needed: { name: "mine", core: "*", provides: [] } }),
  pointwise: given((options) =>
    suites.pointwise(
      (one) => one,
      (one) => one,
      undefined,
      options,
    ),
  ),
  randomCategorical: given((options) => core.randomCategorical(key, x(), options)),
  randomInteger: given((options) => core.randomInteger(key, [2], options), { needed: { high: 2 } }),
  randomNormal: given((options) => core.randomNormal(key, [2], options)),
  randomTruncatedNormal: given((options) => core.randomTruncatedNormal(key, [2], options)),
  randomUniform: given((options) => core.randomUniform(key, [2], options)),
  regularizerSuite: suite(suites.regularizerSuite as never),
  repeat: given((options) => core.repeat(x(), 2, options)),
  residual: given((options) => core.residual(dense({ units: 1 }), options)),
  roll: given((options) => core.roll(x(), 1, options)),
  rowGroups: given(rowGroups, { needed: { shortest: 1, longest: 2 } }),
  saveModel: given((options) => saveModel(model(), options)),
  saveModelFile: given((options) => saveModelFile("nowhere/at/all", model(), options), { begins: "saveModel" }),
  saveWeights: given((options) => saveWeights(model(), options)),
  saveWeightsFile: given((options) => saveWeightsFile("nowhere/at/all", model(), options), { begins: "saveWeights" }),
  scaleByAdam: given(scaleByAdam),
  scan: given((options) => core.scan((carry) => ({ carry }), options), { needed: { initial: [x()], length: 2 } }),
  scatterAdd: given((options) => core.scatterAdd(x(), [0, 1], options), { needed: { length: 2 } }),
  shapes: given(suites.shapes),
  shapesWithAxis: given(suites.shapesWithAxis),
  sizes: given(suites.sizes),
  slidingWindows: given((options) => core.slidingWindows(x(), options), { needed: { axis: 0, size: 1 } }),
  spirals: given(spirals),
  stretchingShapes: given((options) => suites.stretchingShapes(2, options)),
  takeAlongAxis: given((options) => core.takeAlongAxis(x(), [[0], [1]], options)),
  tensor: given((options) => core.tensor([1], options)),
  topK: given((options) => core.topK(x(), 1, options)),
  useBestBackend: given(useBestBackend),
  valueAndGradients: given((options) => core.valueAndGradients(() => core.sum(cell().value), [], options)),
  variable: given((options) => core.variable([1], options)),
  vectorJacobianProduct: given((options) => core.vectorJacobianProduct(cell().value, cell().value, [], options)),
  wasm: given(wasm),
  wasmForTests: given(wasmForTests),
  wasmFormula: given((options) => wasmFormula(swish, options), { needed: { cost: "light", formula: () => [] } }),
  wasmKernel: given((options) => wasmKernel(swish, options), { needed: { calls: () => [] } }),
  wasmKernels: given(wasmKernels as WithOptions, { needed: { name: "mine", kernels: [] } }),
};
