export type { FactorOptions } from "./factor.ts";
export { l1 } from "./l1.ts";
export { l1l2, type L1L2Options } from "./l1l2.ts";
export { l2 } from "./l2.ts";
export { regularizers } from "./plugin.ts";
