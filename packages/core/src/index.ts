export { GradloomError } from "./errors/gradloom-error.ts";
export { checkOptions, checkValue, type Fields, type RequiredRule, type Rule } from "./errors/options.ts";
export * from "./errors/rules.ts";
export { showValue } from "./errors/show-value.ts";
export { anyDType, type DType, floatDType, type TypedArray } from "./tensor/dtype.ts";
export { sameShape, type Shape, sizeOf } from "./tensor/shape.ts";
export type { NestedArray } from "./tensor/graph.ts";
export type { Operand, ReduceOptions } from "./tensor/graph.ts";
export { Tensor } from "./tensor/tensor.ts";
export type { GradientContext, InputGradients, Operation, TensorSpec, Traits } from "./tensor/graph.ts";
export { apply, applyAll, fused, primitive } from "./ops/own-operation.ts";
export { Variable } from "./tensor/variable.ts";
export * from "./ops/elementwise.ts";
export * from "./ops/rounding.ts";
export * from "./ops/powers.ts";
export * from "./ops/trigonometry.ts";
export * from "./ops/logical.ts";
export { abs, hypot, sign } from "./ops/absolute.ts";
export { erfInv } from "./ops/erf-inverse.ts";
export { logSoftmax, logSumExp, sigmoid, softmax, softplus } from "./ops/softmax.ts";
export { cast } from "./ops/cast.ts";
export {
  constant,
  full,
  fullLike,
  ones,
  onesLike,
  tensor,
  type TensorOptions,
  variable,
  type VariableOptions,
  zeros,
  zerosLike,
} from "./ops/creation.ts";
export { arange, diag, diagonal, eye, iota, linspace, tril, triu } from "./ops/ranges.ts";
export { broadcastTo, reshape, sum } from "./ops/axes.ts";
export { argMax, argMin, cumprod, cumsum, type CumulativeOptions, max, mean, min, prod } from "./ops/reduce.ts";
export { norm, type NormOptions, standardDeviation, variance, type VarianceOptions } from "./ops/statistics.ts";
export { matmul } from "./ops/matmul.ts";
export { einsum } from "./ops/einsum.ts";
export { concat, flip, slice, split, transpose } from "./ops/movement.ts";
export { expandDims, flatten, moveAxis, squeeze, stack, swapAxes, unstack } from "./ops/rank.ts";
export { pad, type PadOptions, type PadWidths, repeat, roll, tile } from "./ops/repeat.ts";
export {
  gather,
  type Indices,
  oneHot,
  type OneHotOptions,
  scatterAdd,
  type ScatterOptions,
  takeAlongAxis,
} from "./ops/gather.ts";
export { argSort, sort, type SortOptions, topK, type TopKOptions } from "./ops/sort.ts";
export { overlapAdd, type OverlapOptions, slidingWindows, type WindowOptions } from "./ops/windows.ts";
export { print } from "./ops/print.ts";
export { gradients, valueAndGradients, vectorJacobianProduct } from "./gradient/gradients.ts";
export { customGradient, type WithGradient } from "./gradient/custom-gradient.ts";
export { hessianVectorProduct, jacobianVectorProduct } from "./gradient/directional.ts";
export { hessian, jacobian } from "./gradient/jacobian.ts";
export { to } from "./runtime/to.ts";
export { anyBackend, backendFields, type BackendOptions } from "./backend/backend-options.ts";
export { useBackend } from "./runtime/backend-device.ts";
export { type Argument, compile, type Compiled } from "./runtime/compile.ts";
export { explain } from "./runtime/explain.ts";
export type { TensorTree } from "./tensor/tensor-tree.ts";
export { commit } from "./tensor/commit.ts";
export type { Backend } from "./backend/backend.ts";
export { inLayer } from "./errors/gradloom-error.ts";
export {
  deriveKey,
  type NormalOptions,
  randomBernoulli,
  randomBits,
  type RandomKey,
  randomKey,
  randomNormal,
  randomTruncatedNormal,
  randomUniform,
  randomUnit,
  type UniformOptions,
} from "./ops/random.ts";
export { type IntegerOptions, randomCategorical, randomInteger, randomPermutation } from "./ops/random-choice.ts";
export {
  define,
  type DefineOptions,
  type Factory,
  type FactoryOf,
  type Given,
  type Make,
  nameOf,
  type Recipe,
  recipeDepth,
  recipeOf,
} from "./plugin/define.ts";
export * from "./plugin/kinds.ts";
export { given, valueOfKind } from "./plugin/given.ts";
export { fromRecipe } from "./plugin/from-recipe.ts";
export { type Plugin, plugin, type Registrable, registrables, Registry } from "./plugin/registry.ts";
export { coreVersion } from "./plugin/version.ts";
export type {
  Activation,
  Builder,
  BuiltLayer,
  CallContext,
  Check,
  Constraint,
  Initializer,
  InitializerContext,
  Layer,
  Parameter,
  ParameterOptions,
  Regularizer,
  Shapes,
  State,
  Tensors,
} from "./model/layer.ts";
export { branch } from "./model/branch.ts";
export { functional, type Use } from "./model/functional.ts";
export { build, type Forward, Model, type ModelOptions } from "./model/model.ts";
export { summary } from "./model/summary.ts";
export { residual, type ResidualOptions } from "./model/residual.ts";
export { type LayerList, type LayerOfLayers, sequential } from "./model/sequential.ts";
export { frozen, named, type NamedLayer, share, type WrappedLayer } from "./model/wrappers.ts";
export type {
  Batch,
  Callback,
  Dataset,
  EpochReport,
  Loss,
  Metric,
  Metrics,
  Progress,
  Statistics,
  StepReport,
  TrainerView,
} from "./training/contracts.ts";
export {
  chain,
  learningRateRule,
  type GradientTransform,
  type OptimizerRule,
  type Schedule,
  type TransformState,
  type UpdateContext,
} from "./training/gradient-transform.ts";
export { Optimizer } from "./training/optimizer.ts";
export { restore, type Snapshot, snapshot } from "./training/snapshot.ts";
export {
  accumulate,
  type AccumulateOptions,
  type Accumulation,
  type Exchange,
  type StepSums,
} from "./training/accumulate.ts";
export { createTrainer, Trainer } from "./training/trainer.ts";
export type { FitOptions, TrainerOptions } from "./training/trainer-options.ts";
export { type ActivationFactory, defineActivation } from "./model/define-activation.ts";
export { defineLoss, type LossFactory } from "./training/define-loss.ts";
export { stopGradient } from "./gradient/stop-gradient.ts";
export { checkpoint } from "./gradient/checkpoint.ts";
export { map, scan, type ScanOptions, type ScanStep } from "./gradient/scan.ts";
