export { type ActivationCase, activationSuite } from "./activation-suite.ts";
export { backendSuite } from "./backend-suite.ts";
export type { BackendSuiteOptions } from "./backend-suite/backend-under-test.ts";
export { type CallbackCase, callbackSuite } from "./callback-suite.ts";
export {
  alongRows,
  type ExtremeCase,
  type ExtremeException,
  type ExtremeOptions,
  type FloatDType,
  type FloatLimits,
  pointwise,
  type Sample,
} from "./cases/extreme-case.ts";
export type { SampleOptions } from "./cases/sample-extremes.ts";
export { extremeCases } from "./cases/extreme-cases.ts";
export { type ExtremeCases, extremeSuite } from "./extreme-suite.ts";
export { type FunctionCase, functionCase, type FunctionRule } from "./cases/function-case.ts";
export { functionCases } from "./cases/function-cases.ts";
export { type KernelCase, kernelCase, type KernelInstance, type KernelRule } from "./cases/kernel-case.ts";
export type { PrimitiveCase, Request, Rounding } from "./cases/primitive-case.ts";
export { primitiveCases } from "./cases/primitive-cases.ts";
export type { TensorFunction } from "./derivatives.ts";
export { gradientCheck, type GradientCheckOptions, KinkError } from "./gradient-check.ts";
export { elementAt, fromIndices, type HostArray, mapElements, reduceAlong } from "./host-array.ts";
export { type Fans, type InitializerCase, initializerSuite } from "./initializer-suite.ts";
export type { Domain, InputSpec } from "./input-spec.ts";
export { type KernelCases, kernelSuite, type KernelSuiteOptions } from "./kernel-suite.ts";
export { layerSuite } from "./layer-suite.ts";
export type { LayerCase } from "./layer-suite/layer-under-test.ts";
export { loopBackend } from "./loop-backend.ts";
export { type LossCase, lossSuite } from "./loss-suite.ts";
export { type MetricCase, metricSuite, type WeightedSample } from "./metric-suite.ts";
export { type FunctionCases, operationSuite } from "./operation-suite.ts";
export { type OptimizerCase, optimizerSuite } from "./optimizer-suite.ts";
export { property } from "./property.ts";
export { type RegularizerCase, regularizerSuite } from "./regularizer-suite.ts";
export { type ShapeOptions, shapes, shapesWithAxis, sizes, stretchingShapes } from "./shapes.ts";
export type { SuiteOptions } from "./suite-options.ts";
export type { Exceptions, Runner } from "./suite.ts";
