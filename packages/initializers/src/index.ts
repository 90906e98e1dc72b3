export { bengioUniform } from "./bengio-uniform.ts";
export { constant, type ConstantOptions, ones, zeros } from "./constant.ts";
export { heNormal, heUniform } from "./he.ts";
export { normal, type NormalInitializerOptions } from "./normal.ts";
export { initializers } from "./plugin.ts";
export { uniform, type UniformInitializerOptions } from "./uniform.ts";
export { glorotNormal, glorotUniform, xavierNormal, xavierUniform } from "./xavier.ts";
