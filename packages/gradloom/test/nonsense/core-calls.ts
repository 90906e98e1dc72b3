import {
  add,
  arange,
  build,
  chain,
  createTrainer,
  define,
  full,
  fused,
  mul,
  recipeOf,
  Registry,
  randomKey,
  reshape,
  sequential,
  sum,
  type Tensor,
  tensor,
  type TypedArray,
} from "@gradloom/core";
import { cpu } from "@gradloom/backend-cpu";

/** Arguments with which a function may be called. */
export type Calls = Readonly<Record<string, (() => readonly unknown[]) | string>>;

const x = (): Tensor =>
  tensor([
    [1, 2],
    [3, 4],
  ]);
const vector = (): Tensor => tensor([1, 2, 3]);
const whole = (): Tensor => tensor(Int32Array.of(0, 1));
const truth = (): Tensor =>
  tensor([
    [true, false],
    [false, true],
  ]);
const key = (): unknown => randomKey(1);
const scaled = (tensors: Tensor): Tensor => mul(tensors, 2);

const unary = (): readonly unknown[] => [x()];
const binary = (): readonly unknown[] => [x(), 2];
const reduced = (): readonly unknown[] => [x(), { axis: 0 }];
const isClass = "a class, whose instances other functions make";
const isRule = "a rule of options";
const isDoor =
  "for authors of operations and options, called for every node or factory: what users give is checked by whoever calls it";
const own = fused<object>({ name: "own", infer: ([one]) => [one!], compose: ([one]) => [scaled(one!)] });
const trainerOptions = () => ({
  plugins: [cpu()],
  model: sequential(),
  input: [2],
  loss: (prediction: Tensor) => sum(prediction, { axis: 1 }),
  optimizer: chain(0.1),
});
const taken = () =>
  new Map<string, TypedArray>([
    ["optimizer/count", Int32Array.of(1)],
    ["optimizer/learningRate", Float32Array.of(0.1)],
    ["trainer/passes", Uint32Array.of(1)],
    ["trainer/epochs", Uint32Array.of(1)],
  ]);
const turn = define("activation", "turn", {}, () => scaled);

/** A valid call of each function of core, or why there is none. */
export const coreCalls: Calls = {
  ...Object.fromEntries(
    (
      "abs acos acosh asin asinh atan atanh ceil cos cosh erf erfInv exp exp2 expm1 floor isFinite isInf isNaN log log10 log1p log2 logicalNot neg " +
      "onesLike reciprocal round rsqrt sigmoid sign sin sinh softplus sqrt square stopGradient tan tanh trunc zerosLike diagonal flatten tril triu print"
    )
      .split(" ")
      .map((name) => [name, unary]),
  ),
  ...Object.fromEntries(
    "add atan2 div equal logAddExp floorDiv greater greaterEqual hypot less lessEqual maximum minimum mul notEqual pow remainder sub"
      .split(" ")
      .map((name) => [name, binary]),
  ),
  ...Object.fromEntries(
    "all any argMax argMin countNonzero cumprod cumsum logSoftmax logSumExp max mean min norm prod softmax standardDeviation sum variance"
      .split(" ")
      .map((name) => [name, reduced]),
  ),
  ...Object.fromEntries("logicalAnd logicalOr logicalXor".split(" ").map((name) => [name, () => [truth(), truth()]])),
  ...Object.fromEntries(
    "GradloomError Tensor Variable Registry Model Optimizer Trainer".split(" ").map((name) => [name, isClass]),
  ),
  ...Object.fromEntries(
    "valueOfKind rule required wholeNumber finiteNumber oneOf listOf recordOf anyFunction instanceOf either anything given"
      .split(" ")
      .map((name) => [name, isRule]),
  ),
  ...Object.fromEntries("checkOptions checkValue sameShape sizeOf".split(" ").map((name) => [name, isDoor])),
  apply: () => [own, [x()], { axes: [0, 1] }],
  applyAll: () => [own, [x()], { axes: [0, 1] }],
  showValue: () => [1],
  fused: () => [
    {
      name: "twice",
      infer: ([one]: readonly Tensor[]) => [one],
      compose: ([one]: readonly Tensor[]) => [scaled(one!)],
    },
  ],
  primitive: () => [{ name: "own", infer: ([one]: readonly Tensor[]) => [one], grad: () => [null] }],
  truncatedDiv: () => [whole(), 2],
  where: () => [truth(), x(), 0],
  clip: () => [x(), 0, 2],
  broadcastTo: () => [x(), [3, 2, 2]],
  reshape: () => [x(), [4]],
  cast: () => [x(), "int32"],
  constant: () => [[1, 2], { shape: [2] }],
  tensor: () => [[1, 2], { shape: [2], dtype: "float32" }],
  variable: () => [[1, 2], { name: "bias" }],
  full: () => [[2], 1, "float32"],
  fullLike: () => [x(), 1, "float32"],
  zeros: () => [[2], "float32"],
  ones: () => [[2], "float32"],
  eye: () => [2, 3, "float32"],
  arange: () => [0, 4, 1, "float32"],
  linspace: () => [0, 1, 3, { dtype: "float32" }],
  iota: () => [3],
  matmul: () => [x(), x()],
  einsum: () => ["ij,jk->ik", x(), x()],
  concat: () => [[x(), x()], 0],
  flip: () => [x(), 0],
  slice: () => [x(), [0, 0], [1, 2], [1, 1]],
  split: () => [x(), 2, 0],
  transpose: () => [x(), [1, 0]],
  takeAlongAxis: () => [x(), [[0, 1]], { axis: 0 }],
  moveAxis: () => [x(), 0, 1],
  swapAxes: () => [x(), 0, 1],
  diag: () => [vector()],
  gather: () => [x(), [0, 1], { axis: 0 }],
  scatterAdd: () => [x(), [0, 1], { length: 3, axis: 0 }],
  oneHot: () => [whole(), 3, { axis: 0, dtype: "float32" }],
  pad: () => [
    x(),
    [
      [1, 1],
      [0, 1],
    ],
    { mode: "constant", value: 1 },
  ],
  expandDims: () => [x(), 0],
  squeeze: () => [reshape(x(), [1, 4]), 0],
  repeat: () => [x(), 2, { axis: 0 }],
  tile: () => [x(), [2, 1]],
  roll: () => [x(), 1, { axis: 0 }],
  argSort: () => [x(), { axis: 0 }],
  sort: () => [x(), { axis: 0, descending: true }],
  topK: () => [x(), 1, { axis: 0 }],
  stack: () => [[x(), x()], 0],
  unstack: () => [x(), 0],
  overlapAdd: () => [reshape(arange(0, 6, 1, "float32"), [3, 2]), { axis: 0, stride: 1 }],
  slidingWindows: () => [vector(), { axis: 0, size: 2 }],
  gradients: () => [sum(x()), [x()], { unused: "zeros" }],
  valueAndGradients: () => {
    const at = x();
    return [() => sum(mul(at, at)), [at], { unused: "zeros" }];
  },
  vectorJacobianProduct: () => [x(), x(), [x()], { unused: "zeros" }],
  customGradient: () => [(one: Tensor) => ({ value: one, gradient: (dy: Tensor) => [dy] })],
  hessianVectorProduct: () => [sum(x()), [x()], [x()], { unused: "zeros" }],
  jacobianVectorProduct: () => [x(), [x()], [x()], { unused: "zeros" }],
  hessian: () => [sum(vector()), vector(), { unused: "zeros" }],
  jacobian: () => [vector(), vector(), { unused: "zeros" }],
  to: () => [x(), cpu()],
  useBackend: () => [cpu()],
  compile: () => [scaled, {}],
  explain: () => [x()],
  commit: () => [[add(x(), 1)]],
  inLayer: () => ["dense", () => 1],
  deriveKey: () => [key(), "label", 1],
  randomKey: () => [1],
  randomBits: () => [key(), [2]],
  randomBernoulli: () => [key(), [2], 0.5],
  randomNormal: () => [key(), [2], { mean: 0, deviation: 1 }],
  randomUniform: () => [key(), [2], { low: 0, high: 1 }],
  randomUnit: () => [key(), [2], "float64"],
  randomTruncatedNormal: () => [key(), [2], { mean: 0 }],
  randomCategorical: () => [key(), x(), { axis: 0 }],
  randomInteger: () => [key(), [2], { low: 0, high: 3 }],
  randomPermutation: () => [key(), 3],
  accumulate: () => [{ batches: 2 }],
  define: () => ["activation", "turn", {}, () => scaled],
  nameOf: () => [turn],
  recipeOf: () => [turn()],
  fromRecipe: () => [recipeOf(turn()), new Registry([turn])],
  plugin: () => [{ name: "own", core: "^0.1", provides: [turn] }],
  branch: () => [sequential(), sequential()],
  functional: () => [(layer: unknown) => layer],
  build: () => [sequential(), { input: [2] }],
  summary: () => [build(sequential(), { input: [2] })],
  residual: () => [sequential(), {}],
  sequential: () => [sequential()],
  frozen: () => [sequential()],
  named: () => ["block", sequential()],
  share: () => [sequential()],
  chain: () => [0.1, { update: (gradient: Tensor) => ({ update: gradient }) }],
  createTrainer: () => [trainerOptions()],
  restore: () => [createTrainer(trainerOptions()), taken()],
  snapshot: () => [createTrainer(trainerOptions())],
  defineActivation: () => ["turn", {}, scaled],
  defineLoss: () => ["own", {}, (prediction: Tensor) => prediction],
  checkpoint: () => [scaled],
  map: () => [scaled, x()],
  scan: () => [
    ([carry]: readonly Tensor[], [one]: readonly Tensor[]) => ({ carry: [add(carry!, one!)], output: [carry] }),
    { initial: [full([2], 0)], sequences: [x()] },
  ],
};
