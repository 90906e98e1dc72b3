export { constant, type ConstantOptions, ones, zeros } from "./constant.ts";
export { normal, type NormalInitializerOptions } from "./normal.ts";
export { initializers } from "./plugin.ts";
export { uniform, type UniformInitializerOptions } from "./uniform.ts";
export {
  bengioUniform,
  glorotNormal,
  glorotUniform,
  heNormal,
  heUniform,
  xavierNormal,
  xavierUniform,
} from "./variance-scaling.ts";
