export { constant, ones, zeros } from "./constant.ts";
export { xavierNormal, xavierUniform } from "./xavier.ts";
