import { type DType, isFloat } from "@gradloom/core/backend";
import type { Vector } from "../assembler/expression.ts";
import { type FloatLanes, f64x2, i32x4, v128 } from "../assembler/lanes.ts";
import type { Formula } from "./formula.ts";
import { joined, lanesOf, narrowed, upper, widened } from "./quad.ts";

/** The formula of each vector of floats, and of whole numbers, which must agree for int32 and uint32 if `unsigned` is left out. */
function lanewise(
  float: (lanes: FloatLanes, operands: readonly Vector[]) => Vector,
  whole?: (operands: readonly Vector[], dtype: DType) => Vector,
): Formula {
  return ({ dtype }, operands) => {
    const [x] = operands;
    const make = (part: readonly Vector[]): Vector =>
      whole === undefined || isFloat(dtype) ? float(lanesOf(dtype), part) : whole(part, dtype);
    return x!.map((_, at) => make(operands.map((quad) => quad[at]!)));
  };
}

/** a ⋛ b, as a mask of four lanes. */
function comparison(
  float: (lanes: FloatLanes, a: Vector, b: Vector) => Vector,
  whole: (a: Vector, b: Vector, dtype: DType) => Vector,
): Formula {
  const compare = lanewise(
    (lanes, [a, b]) => float(lanes, a!, b!),
    ([a, b], dtype) => whole(a!, b!, dtype),
  );
  return (site, operands, attributes) => {
    const masks = compare(site, operands, attributes);
    return site.dtype === "float64" ? [narrowed(masks[0]!, masks[1]!)] : masks;
  };
}

/** -x */
export const neg: Formula = /*#__PURE__*/ lanewise(
  (lanes, [x]) => lanes.neg(x!),
  ([x]) => i32x4.neg(x!),
);
/** √x */
export const sqrt: Formula = /*#__PURE__*/ lanewise((lanes, [x]) => lanes.sqrt(x!));
/** The largest whole number not above x. */
export const floor: Formula = /*#__PURE__*/ lanewise((lanes, [x]) => lanes.floor(x!));
/** not x; bool */
export const not: Formula = (_, [x]) => [v128.not(x![0]!)];
/** x */
export const copy: Formula = (_, [x]) => x!;

/** a + b */
export const add: Formula = /*#__PURE__*/ lanewise(
  (lanes, [a, b]) => lanes.add(a!, b!),
  ([a, b]) => i32x4.add(a!, b!),
);
/** a - b */
export const sub: Formula = /*#__PURE__*/ lanewise(
  (lanes, [a, b]) => lanes.sub(a!, b!),
  ([a, b]) => i32x4.sub(a!, b!),
);
/** a b */
export const mul: Formula = /*#__PURE__*/ lanewise(
  (lanes, [a, b]) => lanes.mul(a!, b!),
  ([a, b]) => i32x4.mul(a!, b!),
);
/** a / b; whole numbers towards zero, 0 where b is 0 */
export const div: Formula = /*#__PURE__*/ lanewise(
  (lanes, [a, b]) => lanes.div(a!, b!),
  ([a, b], dtype) => wholeQuotient(a!, b!, dtype),
);

/** The quotient in doubles is exact enough to be cut; only -2^31 / -1 is out of range, and is -a modulo 2^32. */
function wholeQuotient(a: Vector, b: Vector, dtype: DType): Vector {
  const signed = dtype === "int32";
  const toDoubles = signed ? f64x2.fromIntegers : f64x2.fromUnsigned;
  const toWhole = signed ? i32x4.fromDoubles : i32x4.unsignedFromDoubles;
  const half = (x: Vector, y: Vector): Vector => toWhole(f64x2.div(toDoubles(x), toDoubles(y)));
  const quotient = v128.andNot(joined(half(a, b), half(upper(a), upper(b))), i32x4.equal(b, 0));
  return signed ? v128.select(i32x4.equal(b, -1), i32x4.neg(a), quotient) : quotient;
}

/** a where a is at least b or NaN, else b; bool: or */
export const maximum: Formula = /*#__PURE__*/ lanewise(
  (lanes, [a, b]) => v128.select(v128.or(lanes.greaterEqual(a!, b!), lanes.notEqual(a!, a!)), a!, b!),
  ([a, b], dtype) =>
    dtype === "bool" ? v128.or(a!, b!) : dtype === "int32" ? i32x4.max(a!, b!) : i32x4.maxUnsigned(a!, b!),
);
/** a where a is at most b or NaN, else b; bool: and */
export const minimum: Formula = /*#__PURE__*/ lanewise(
  (lanes, [a, b]) => v128.select(v128.or(lanes.lessEqual(a!, b!), lanes.notEqual(a!, a!)), a!, b!),
  ([a, b], dtype) =>
    dtype === "bool" ? v128.and(a!, b!) : dtype === "int32" ? i32x4.min(a!, b!) : i32x4.minUnsigned(a!, b!),
);

/** a < b */
export const less: Formula = /*#__PURE__*/ comparison(
  (lanes, a, b) => lanes.less(a, b),
  (a, b, dtype) =>
    dtype === "bool" ? v128.andNot(b, a) : dtype === "int32" ? i32x4.less(a, b) : i32x4.lessUnsigned(a, b),
);
/** a ≤ b */
export const lessEqual: Formula = /*#__PURE__*/ comparison(
  (lanes, a, b) => lanes.lessEqual(a, b),
  (a, b, dtype) =>
    dtype === "bool"
      ? v128.or(b, v128.not(a))
      : dtype === "int32"
        ? i32x4.lessEqual(a, b)
        : i32x4.lessEqualUnsigned(a, b),
);
/** a = b; masks are equal where their bits are */
export const equal: Formula = /*#__PURE__*/ comparison(
  (lanes, a, b) => lanes.equal(a, b),
  (a, b) => i32x4.equal(a, b),
);

/** a where the condition holds, else b */
export const where: Formula = (_, [condition, a, b]) => {
  const masks = a!.length === 2 ? widened(condition![0]!) : condition!;
  return a!.map((part, at) => v128.select(masks[at]!, part, b![at]!));
};
