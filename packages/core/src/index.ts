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
export { abs, hypot, sign } from "./ops/absolute.ts";
export { clip } from "./ops/clip.ts";
export { erfInv } from "./ops/erf-inverse.ts";
export * from "./ops/hyperbolic.ts";
export * from "./ops/logarithms.ts";
export * from "./ops/logical.ts";
export * from "./ops/powers.ts";
export * from "./ops/rounding.ts";
export { sigmoid, softplus } from "./ops/sigmoid.ts";
export * from "./ops/trigonometry.ts";
export { broadcastTo, reshape, sum } from "./ops/axes.ts";
export { cast } from "./ops/cast.ts";
export { constant } from "./ops/constant.ts";
export { full, tensor, variable } from "./ops/creation.ts";
export { eye } from "./ops/eye.ts";
export * from "./ops/filled.ts";
export { arange, linspace } from "./ops/ranges.ts";
export { print } from "./ops/print.ts";
export { matmul } from "./ops/matmul.ts";
export { einsum } from "./ops/einsum.ts";
export { concat, flip, slice, split, transpose } from "./ops/movement.ts";
export { takeAlongAxis } from "./ops/along-axis.ts";
export { moveAxis, swapAxes } from "./ops/axis-order.ts";
export { diag, diagonal } from "./ops/diagonal.ts";
export { gather, scatterAdd, type ScatterOptions } from "./ops/gather.ts";
export type { Indices } from "./ops/indices.ts";
export { oneHot, type OneHotOptions } from "./ops/one-hot.ts";
export { pad, type PadOptions, type PadWidths } from "./ops/pad.ts";
export { expandDims, flatten, squeeze } from "./ops/rank.ts";
export { repeat, tile } from "./ops/repeat.ts";
export { roll } from "./ops/roll.ts";
export { argSort, sort, type SortOptions, topK, type TopKOptions } from "./ops/sort.ts";
export { stack, unstack } from "./ops/stack.ts";
export { tril, triu } from "./ops/triangle.ts";
export { overlapAdd, type OverlapOptions, slidingWindows, type WindowOptions } from "./ops/windows.ts";
export { argMax, max, mean } from "./ops/reduce.ts";
export { cumprod, cumsum, type CumulativeOptions } from "./ops/cumulative.ts";
export { logSumExp } from "./ops/log-sum-exp.ts";
export { argMin, min } from "./ops/min.ts";
export { norm, type NormOptions } from "./ops/norm.ts";
export { prod } from "./ops/product.ts";
export { all, any, countNonzero } from "./ops/truth.ts";
export { standardDeviation, variance, type VarianceOptions } from "./ops/variance.ts";
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
export { iota } from "./ops/iota.ts";
export {
  deriveKey,
  type NormalOptions,
  randomBernoulli,
  randomBits,
  type RandomKey,
  randomKey,
  randomNormal,
  randomUniform,
  randomUnit,
  type UniformOptions,
} from "./ops/random.ts";
export { type IntegerOptions, randomCategorical, randomInteger, randomPermutation } from "./ops/random-choice.ts";
export { randomTruncatedNormal } from "./ops/random-truncated-normal.ts";
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
export { logSoftmax, softmax } from "./ops/softmax.ts";
export { checkpoint } from "./gradient/checkpoint.ts";
export { map, scan, type ScanOptions, type ScanStep } from "./gradient/scan.ts";
