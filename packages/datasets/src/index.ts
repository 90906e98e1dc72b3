export type { Dataset, Provenance } from "./dataset.ts";
export { drawImage, type DrawImageOptions } from "./draw-image.ts";
export { iris, type Iris } from "./iris.ts";
export { spirals, type SpiralsOptions } from "./spirals.ts";
export { xor } from "./xor.ts";
