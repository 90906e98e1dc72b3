export { cpu } from "./cpu.ts";
export { kernels } from "./kernels.ts";
