import type { Expression, Vector } from "../assembler/expression.ts";
import type { FunctionBuilder } from "../assembler/function-builder.ts";
import { f64x2, i32x4 } from "../assembler/lanes.ts";
import { f64, i32, select, truncate } from "../assembler/scalars.ts";
import { isReduction } from "../kernels/reducers.ts";
import * as arithmetic from "./arithmetic.ts";
import type { Formula, Site } from "./arithmetic.ts";
import { cast } from "./cast.ts";
import { erf, erfOfDoubles } from "./error-function.ts";
import type { Work } from "./group-form.ts";
import { exp, expm1, log, log1p, tanh } from "./exponential.ts";
import { hosted, type HostName } from "./hosted.ts";
import { pow } from "./power.ts";
import { eachLane } from "./quad.ts";
import { atan, cos, sin } from "./trigonometric.ts";

/** The primitives that compute every element from the elements of its place. */
export type Elementwise =
  | keyof typeof arithmetic
  | "cast"
  | "exp"
  | "expm1"
  | "log"
  | "log1p"
  | "sin"
  | "cos"
  | "tanh"
  | "atan"
  | "erf"
  | "pow";

/** Two doubles at a time. */
type Double = (site: Site, x: Vector) => Vector;

/** As the host computes it, one by one. */
const ofHost =
  (name: HostName): Double =>
  ({ module }, x) =>
    eachLane(f64x2, x, (lane) => hosted(module, name, f64x2.extract(x, lane)));

/** A function of one number: four at a time in single precision. */
function transcendental(single: (site: Site, x: Vector) => Vector, double: Double): Formula {
  return (site, [x]) => (site.dtype === "float32" ? [single(site, x![0]!)] : x!.map((part) => double(site, part)));
}

const inCode =
  (formula: (code: FunctionBuilder, x: Vector) => Vector) =>
  ({ code }: Site, x: Vector): Vector =>
    formula(code, x);

/** aᵇ of doubles as C's pow: JavaScript's gives NaN for 1^NaN and (±1)^±∞ */
function powerOfDoubles({ code, module }: Site, a: Expression<"f64">, b: Expression<"f64">): Expression<"f64"> {
  const [base, exponent] = [code.let(a), code.let(b)];
  const isEndless = i32.or(f64.equal(exponent, Infinity), f64.equal(exponent, -Infinity));
  const isOne = i32.or(f64.equal(base, 1), i32.and(f64.equal(base, -1), isEndless));
  return select(isOne, f64.constant(1), hosted(module, "pow", base, exponent));
}

/** aᵇ; whole numbers truncate and saturate the power of doubles */
const power: Formula = (site, [a, b]) => {
  const { code, dtype } = site;
  if (dtype === "float32") return [pow(code, a![0]!, b![0]!)];
  if (dtype === "float64")
    return a!.map((part, at) =>
      eachLane(f64x2, part, (lane) => powerOfDoubles(site, f64x2.extract(part, lane), f64x2.extract(b![at]!, lane))),
    );
  const double = dtype === "int32" ? f64.fromInteger : f64.fromUnsigned;
  const whole = dtype === "int32" ? truncate.toInteger : truncate.toUnsigned;
  return [
    eachLane(i32x4, a![0]!, (lane) =>
      whole(powerOfDoubles(site, double(i32x4.extract(a![0]!, lane)), double(i32x4.extract(b![0]!, lane)))),
    ),
  ];
};

/** How each elementwise primitive computes four elements. */
export const formulas: { readonly [Name in Elementwise]: Formula } = {
  ...arithmetic,
  cast,
  exp: /*#__PURE__*/ transcendental(/*#__PURE__*/ inCode(exp), /*#__PURE__*/ ofHost("exp")),
  expm1: /*#__PURE__*/ transcendental(/*#__PURE__*/ inCode(expm1), /*#__PURE__*/ ofHost("expm1")),
  log: /*#__PURE__*/ transcendental(/*#__PURE__*/ inCode(log), /*#__PURE__*/ ofHost("log")),
  log1p: /*#__PURE__*/ transcendental(/*#__PURE__*/ inCode(log1p), /*#__PURE__*/ ofHost("log1p")),
  tanh: /*#__PURE__*/ transcendental(/*#__PURE__*/ inCode(tanh), /*#__PURE__*/ ofHost("tanh")),
  erf: /*#__PURE__*/ transcendental(/*#__PURE__*/ inCode(erf), ({ code, module }, x) => erfOfDoubles(code, module, x)),
  sin: /*#__PURE__*/ transcendental(sin, /*#__PURE__*/ ofHost("sin")),
  cos: /*#__PURE__*/ transcendental(cos, /*#__PURE__*/ ofHost("cos")),
  atan: /*#__PURE__*/ transcendental(atan, /*#__PURE__*/ ofHost("atan")),
  pow: power,
};

/** Whether an operation is an instruction or a few. */
export function isLight({ operation: { name } }: Work): boolean {
  return name in arithmetic || name === "cast";
}

/** About how many nanoseconds an operation on one element takes beside reading and writing: the host's functions of doubles take twenty times as long. */
export function timeOf(operation: Work): number {
  if (isLight(operation) || isReduction(operation)) return 0.07;
  return operation.dtype === "float64" ? 16 : 0.8;
}
