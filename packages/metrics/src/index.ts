export { accuracy } from "./accuracy.ts";
export { binaryAccuracy, type BinaryAccuracyOptions } from "./binary-accuracy.ts";
export { lossOf, type LossOfOptions } from "./loss-of.ts";
export { metrics } from "./plugin.ts";
export { topKAccuracy, type TopKAccuracyOptions } from "./top-k-accuracy.ts";
