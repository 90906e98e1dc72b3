import { GradloomError } from "../errors/gradloom-error.ts";
import { dtypes, isFloat } from "../tensor/dtype.ts";
import type { Operand } from "../tensor/graph.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { abs } from "./absolute.ts";
import { checkTensor } from "./apply.ts";
import { cast } from "./cast.ts";
import {
  add,
  div,
  equal,
  floor,
  greater,
  less,
  maximum,
  minimum,
  mul,
  neg,
  sub,
  truncatedDiv,
  where,
} from "./elementwise.ts";
import { isFinite, logicalAnd, logicalOr, logicalXor, notEqual } from "./logical.ts";
import { pair, stretched, within } from "./operands.ts";

/** The smallest whole number not below x; integers stay as they are. No gradient flows. */
export function ceil(x: Tensor): Tensor {
  checkTensor("ceil", x);
  return isFloat(x.dtype) ? neg(floor(neg(x))) : x;
}

/** x without its fraction; integers stay as they are. No gradient flows. */
export function trunc(x: Tensor): Tensor {
  checkTensor("trunc", x);
  return isFloat(x.dtype) ? where(less(x, 0), ceil(x), floor(x)) : x;
}

/** The nearest whole number, the even one of two (as NumPy); integers stay as they are. No gradient flows. */
export function round(x: Tensor): Tensor {
  checkTensor("round", x);
  if (!isFloat(x.dtype)) return x;
  // Of the absolute value the fraction is exact and the sign of zero comes back at the end.
  const size = abs(x);
  const below = floor(size);
  const fraction = sub(size, below);
  const odd = notEqual(mul(floor(mul(below, 0.5)), 2), below);
  const up = logicalOr(greater(fraction, 0.5), logicalAnd(equal(fraction, 0.5), odd));
  const rounded = where(up, add(below, 1), below);
  return where(less(x, 0), neg(rounded), where(up, rounded, floor(x)));
}

/** Both operands as numbers of one dtype; bools count as int32. */
function numbers(name: string, a: Operand, b: Operand): readonly [Tensor, Tensor] {
  const [one, other] = pair(name, a, b);
  stretched(name, [one, other]);
  return one.dtype === "bool" ? [cast(one, "int32"), cast(other, "int32")] : [one, other];
}

/** Where the truncated quotient q of whole numbers lies above the true one. */
function above(a: Tensor, b: Tensor, q: Tensor): Tensor {
  const rest = sub(a, mul(q, b));
  return logicalAnd(logicalAnd(notEqual(rest, 0), notEqual(b, 0)), logicalXor(less(rest, 0), less(b, 0)));
}

/**
 * The quotient rounded down, as Python's `//`; whole numbers by 0 give 0. Floats round a / b first, so the quotient may be one more than
 * Python's where a is all but a multiple of b, or a / b too small for a float. No gradient flows.
 */
export function floorDiv(a: Operand, b: Operand): Tensor {
  const [one, other] = numbers("floorDiv", a, b);
  if (isFloat(one.dtype)) return floor(div(one, other));
  const quotient = truncatedDiv(one, other);
  return dtypes[one.dtype].class === "integer" && one.dtype === "int32"
    ? sub(quotient, cast(above(one, other, quotient), "int32"))
    : quotient;
}

/**
 * a - b * floorDiv(a, b), of b's sign, as Python's `%`; whole numbers by 0 give 0. Of floats it is exact but for a rounding of a and b, so that it says
 * less the larger the quotient is; NaN where that overflows. The gradient in b is -floorDiv(a, b).
 */
export function remainder(a: Operand, b: Operand): Tensor {
  const [one, other] = numbers("remainder", a, b);
  const quotient = floorDiv(one, other);
  const rest = sub(one, mul(other, quotient));
  if (!isFloat(one.dtype)) return where(equal(other, 0), 0, rest);
  // Where the quotient is 0 the product may be 0 * Infinity; what overflows tells nothing of the rest.
  return where(equal(quotient, 0), one, where(isFinite(rest), rest, NaN));
}

/** x, but at least `low` and at most `high`; either may be undefined, and one beyond whole numbers is the nearest that they hold. At a bound half the gradient flows. */
export function clip(x: Tensor, low?: Operand, high?: Operand): Tensor {
  if (typeof low === "number" && typeof high === "number" && low > high) {
    throw new GradloomError(
      "clip-bounds",
      `clip: the lower bound ${low} is above the upper bound ${high}; give the lower one first`,
    );
  }
  for (const bound of [low, high])
    if (bound !== undefined) stretched("clip", pair("clip", x, within("clip", bound, x)));
  const raised = low === undefined ? x : maximum(x, low);
  return high === undefined ? raised : minimum(raised, high);
}
