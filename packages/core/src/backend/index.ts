export type { Backend, Executable } from "./backend.ts";
export type { Kernel, Kernels, View } from "./kernels.ts";
export { kernelBackend, type KernelTable } from "./kernel-backend.ts";
export type { None, Primitives } from "../ops/primitives.ts";
export { type DType, dtypes, type TypedArray } from "../tensor/dtype.ts";
export { type Shape, sizeOf } from "../tensor/shape.ts";
export type { Program, Step } from "../program/program.ts";
export type { Buffer } from "../tensor/device.ts";
