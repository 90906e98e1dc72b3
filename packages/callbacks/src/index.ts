export { earlyStopping, type EarlyStoppingOptions } from "./early-stopping.ts";
export { history, type History } from "./history.ts";
export { callbacks } from "./plugin.ts";
export { type Output, progress, type ProgressOptions } from "./progress.ts";
