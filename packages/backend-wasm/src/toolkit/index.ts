export type { Operand, Storable } from "../assembler/encode.ts";
export type { Callable, Expression, Local, Type, Vector } from "../assembler/expression.ts";
export type { FunctionBuilder } from "../assembler/function-builder.ts";
export { type FloatLanes, firstLane, f32x4, f64x2, i32x4, type LaneAccess, shuffle, v128 } from "../assembler/lanes.ts";
export type { ModuleBuilder } from "../assembler/module-builder.ts";
export { byte, f32, f64, i32, select, truncate } from "../assembler/scalars.ts";
export type { ElementSite, Formula, Site } from "../mathematics/formula.ts";
export { polynomial } from "../mathematics/exponential.ts";
export { formulas } from "../mathematics/formulas.ts";
export { hosted, type HostName } from "../mathematics/hosted.ts";
export {
  eachLane,
  lanesOf,
  loadOne,
  loadQuad,
  loadSame,
  type Quad,
  spread,
  storeOne,
  storeQuad,
} from "../mathematics/quad.ts";
export { type Kernel, minimum, pieces, type Procedure, procedure, type Variables } from "../kernels/kernel.ts";
export { lowerings } from "../program/lowerings.ts";
export { moveCall } from "../kernels/move.ts";
export { clearCall } from "../kernels/movement.ts";
export { addRun, copyElement, copyRun, inFours } from "../kernels/runs.ts";
export type { WasmElementKernel, WasmKernel, WasmStepKernel } from "../kernels/wasm-kernel.ts";
export { type Argument, type Call, type KernelStep, type Lowering, type Own, type Shifted } from "../kernels/call.ts";
export { callOf, kernel } from "./foreign-kernel.ts";
export { wasmForTests } from "./wasm-for-tests.ts";
export {
  type KernelScratch,
  wasmFormula,
  type WasmFormulaRule,
  wasmKernel,
  type WasmKernelEntry,
  type WasmKernelRule,
  wasmKernels,
} from "./wasm-kernels.ts";
