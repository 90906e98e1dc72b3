import { erf, pow } from "@gradloom/core/backend";

/** Functions of doubles that modules import: V8 calls those of Math without leaving machine code. */
export const hostFunctions: Readonly<Record<string, (a: number, b: number) => number>> = {
  exp: Math.exp,
  expm1: Math.expm1,
  log: Math.log,
  log1p: Math.log1p,
  sin: Math.sin,
  cos: Math.cos,
  tanh: Math.tanh,
  atan: Math.atan,
  erf,
  pow,
};
