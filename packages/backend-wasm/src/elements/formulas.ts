import type { Vector } from "../assembler/expression.ts";
import type { FunctionBuilder } from "../assembler/function-builder.ts";
import { f64x2, i32x4 } from "../assembler/lanes.ts";
import { f64, truncate } from "../assembler/scalars.ts";
import * as arithmetic from "./arithmetic.ts";
import type { Formula, Site } from "./arithmetic.ts";
import { cast } from "./cast.ts";
import { erf } from "./error-function.ts";
import { exp, expm1, log, log1p, tanh } from "./exponential.ts";
import { hosted } from "./hosted.ts";
import { pow } from "./power.ts";
import { eachLane } from "./quad.ts";
import { atan, cos, sin } from "./trigonometric.ts";

/** The primitives that compute every element from the elements of its place. */
export type Elementwise =
  | "neg"
  | "exp"
  | "expm1"
  | "log"
  | "log1p"
  | "sqrt"
  | "sin"
  | "cos"
  | "tanh"
  | "atan"
  | "erf"
  | "floor"
  | "not"
  | "cast"
  | "add"
  | "sub"
  | "mul"
  | "div"
  | "pow"
  | "maximum"
  | "minimum"
  | "less"
  | "lessEqual"
  | "equal"
  | "where"
  | "copy";

/** A function of one number: four at a time in single precision, in double precision as the host computes it. */
function transcendental(name: string, single: (site: Site, x: Vector) => Vector): Formula {
  return (site, [x]) => {
    if (site.dtype === "float32") return [single(site, x![0]!)];
    return x!.map((part) => eachLane(f64x2, part, (lane) => hosted(site.module, name, f64x2.extract(part, lane))));
  };
}

const inCode =
  (formula: (code: FunctionBuilder, x: Vector) => Vector) =>
  ({ code }: Site, x: Vector): Vector =>
    formula(code, x);

/** aᵇ; whole numbers truncate and saturate the host's power of doubles */
const power: Formula = ({ code, module, dtype }, [a, b]) => {
  if (dtype === "float32") return [pow(code, a![0]!, b![0]!)];
  if (dtype === "float64")
    return a!.map((part, at) =>
      eachLane(f64x2, part, (lane) => hosted(module, "pow", f64x2.extract(part, lane), f64x2.extract(b![at]!, lane))),
    );
  const double = dtype === "int32" ? f64.fromInteger : f64.fromUnsigned;
  const whole = dtype === "int32" ? truncate.toInteger : truncate.toUnsigned;
  return [
    eachLane(i32x4, a![0]!, (lane) =>
      whole(hosted(module, "pow", double(i32x4.extract(a![0]!, lane)), double(i32x4.extract(b![0]!, lane)))),
    ),
  ];
};

/** How each elementwise primitive computes four elements. */
export const formulas: { readonly [Name in Elementwise]: Formula } = {
  ...arithmetic,
  cast,
  exp: /*#__PURE__*/ transcendental("exp", /*#__PURE__*/ inCode(exp)),
  expm1: /*#__PURE__*/ transcendental("expm1", /*#__PURE__*/ inCode(expm1)),
  log: /*#__PURE__*/ transcendental("log", /*#__PURE__*/ inCode(log)),
  log1p: /*#__PURE__*/ transcendental("log1p", /*#__PURE__*/ inCode(log1p)),
  tanh: /*#__PURE__*/ transcendental("tanh", /*#__PURE__*/ inCode(tanh)),
  erf: /*#__PURE__*/ transcendental("erf", /*#__PURE__*/ inCode(erf)),
  sin: /*#__PURE__*/ transcendental("sin", sin),
  cos: /*#__PURE__*/ transcendental("cos", cos),
  atan: /*#__PURE__*/ transcendental("atan", atan),
  pow: power,
};
