export { dense, type DenseOptions } from "./dense.ts";
