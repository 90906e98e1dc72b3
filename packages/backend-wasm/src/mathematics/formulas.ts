import type { Expression, Vector } from "../assembler/expression.ts";
import type { FunctionBuilder } from "../assembler/function-builder.ts";
import { f64x2, i32x4, v128 } from "../assembler/lanes.ts";
import { f64, i32, select } from "../assembler/scalars.ts";
import * as arithmetic from "./arithmetic.ts";
import type { Formula, Site } from "./formula.ts";
import { cast } from "./cast.ts";
import { erf, erfOfDoubles } from "./error-function.ts";
import { exp, expm1, log, log1p, tanh } from "./exponential.ts";
import { hosted, type HostName } from "./hosted.ts";
import { pow } from "./power.ts";
import { eachLane } from "./quad.ts";
import { atan, cos, sin } from "./trigonometric.ts";

/** The primitives that compute every element from the elements of its place. */
export type ElementwiseName = keyof typeof lightFormulas | keyof typeof heavyFormulas;

/** Writes a function of one number for a vector. */
type Vectorwise = (site: Site, x: Vector) => Vector;

/** Four at a time in single precision, two doubles at a time. */
function transcendental(single: Vectorwise, double: Vectorwise): Formula {
  return (site, [x]) => (site.dtype === "float32" ? [single(site, x![0]!)] : x!.map((part) => double(site, part)));
}

/** Functions of one number that the host has for doubles, in single precision. */
const singles: Readonly<Record<Exclude<HostName, "pow">, Vectorwise>> = {
  exp,
  expm1,
  log,
  log1p,
  sin,
  cos,
  tanh,
  atan,
};

/** Their formulas; doubles as the host computes them, one by one. */
function ofHost(): Readonly<Record<keyof typeof singles, Formula>> {
  const made = Object.entries(singles).map(([name, single]) => {
    const double = ({ module }: Site, x: Vector): Vector =>
      eachLane(f64x2, x, (lane) => hosted(module, name as HostName, f64x2.extract(x, lane)));
    return [name, transcendental(single, double)];
  });
  return Object.fromEntries(made) as ReturnType<typeof ofHost>;
}

/** aᵇ of doubles as C's pow: JavaScript's gives NaN for 1^NaN and (±1)^±∞ */
function powerOfDoubles({ code, module }: Site, a: Expression<"f64">, b: Expression<"f64">): Expression<"f64"> {
  const [base, exponent] = [code.let(a), code.let(b)];
  const isEndless = i32.or(f64.equal(exponent, Infinity), f64.equal(exponent, -Infinity));
  const isOne = i32.or(f64.equal(base, 1), i32.and(f64.equal(base, -1), isEndless));
  return select(isOne, f64.constant(1), hosted(module, "pow", base, exponent));
}

/** aᵇ modulo 2³² by repeated squaring, a negative b taken modulo 2³² too, which serves 1 and -1; other bases have 0 there */
function powerOfWhole(code: FunctionBuilder, a: Vector, b: Vector, signed: boolean): Vector {
  const base = code.let(a);
  const rest = code.let(b);
  const power = code.let(i32x4.constant(1));
  code.repeat(32, () => {
    code.set(power, v128.select(i32x4.neg(v128.and(rest, 1)), i32x4.mul(power, base), power));
    code.set(base, i32x4.mul(base, base));
    code.set(rest, i32x4.shiftRight(rest, 1));
  });
  if (!signed) return power;
  const isUnit = v128.or(i32x4.equal(a, 1), i32x4.equal(a, -1));
  return v128.andNot(power, v128.andNot(i32x4.less(b, 0), isUnit));
}

/** aᵇ */
const power: Formula = (site, [a, b]) => {
  const { code, dtype } = site;
  if (dtype === "float32") return [pow(code, a![0]!, b![0]!)];
  if (dtype === "float64")
    return a!.map((part, at) =>
      eachLane(f64x2, part, (lane) => powerOfDoubles(site, f64x2.extract(part, lane), f64x2.extract(b![at]!, lane))),
    );
  return [powerOfWhole(code, a![0]!, b![0]!, dtype === "int32")];
};

/** How elementwise primitives compute four elements that are an instruction or a few. */
export const lightFormulas: typeof arithmetic & { readonly cast: Formula } = { ...arithmetic, cast };

/** How the others do. */
export const heavyFormulas: { readonly [Name in HostName | "erf"]: Formula } = {
  .../*#__PURE__*/ ofHost(),
  erf: /*#__PURE__*/ transcendental(erf, erfOfDoubles),
  pow: power,
};

/** The formulas of core's elementwise primitives, as parts of others: operands are variables, or else computed as often as they are used. */
export const formulas: typeof lightFormulas & typeof heavyFormulas = { ...lightFormulas, ...heavyFormulas };
