export { arrays, type ArraysOptions } from "./arrays.ts";
export type { NestedNumbers, Numbers, NumbersOfEach, ShapedNumbers } from "./column.ts";
export type { BatchOptions, Samples, SplitOptions } from "./samples.ts";
export type { Parts } from "./split-rows.ts";
export type { StreamItem } from "./stack-items.ts";
export { type Stream, stream, type StreamSource } from "./stream.ts";
