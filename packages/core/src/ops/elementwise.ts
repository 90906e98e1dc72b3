import { GradloomError } from "../errors/gradloom-error.ts";
import { dtypes, isFloat } from "../tensor/dtype.ts";
import type { Operand, Operation } from "../tensor/graph.ts";
import { corePrimitive } from "../tensor/operation.ts";
import type { None } from "../tensor/primitives.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { apply, checkTensor, none } from "./apply.ts";
import { sumTo } from "./axes.ts";
import { cast } from "./cast.ts";
import { binaryPrimitive, onFloat, onFloats, unaryPrimitive } from "./elementwise-operation.ts";
import { numberLike, pair, rangeMet, stretched, toNumber, within } from "./operands.ts";

function comparison(name: "less" | "lessEqual" | "equal"): Operation<None> {
  return corePrimitive(name, {
    infer: (inputs) => [{ shape: stretched(name, inputs), dtype: "bool" }],
    grad: () => [null, null],
    traits: { elementwise: true },
  });
}

const negOperation: Operation<None> = /*#__PURE__*/ unaryPrimitive("neg", (dy) => neg(dy));
const expOperation: Operation<None> = /*#__PURE__*/ unaryPrimitive("exp", (dy, _x, y) => mul(dy, y));
const expm1Operation: Operation<None> = /*#__PURE__*/ unaryPrimitive("expm1", (dy, _x, y) => mul(dy, add(y, 1)));
const logOperation: Operation<None> = /*#__PURE__*/ unaryPrimitive("log", (dy, x) => div(dy, x));
const log1pOperation: Operation<None> = /*#__PURE__*/ unaryPrimitive("log1p", (dy, x) => div(dy, add(x, 1)));
const sqrtOperation: Operation<None> = /*#__PURE__*/ unaryPrimitive("sqrt", (dy, _x, y) => div(dy, mul(y, 2)));
const sinOperation: Operation<None> = /*#__PURE__*/ unaryPrimitive("sin", (dy, x) => mul(dy, cos(x)));
const cosOperation: Operation<None> = /*#__PURE__*/ unaryPrimitive("cos", (dy, x) => mul(dy, neg(sin(x))));
const tanhOperation: Operation<None> = /*#__PURE__*/ unaryPrimitive("tanh", (dy, _x, y) => mul(dy, sub(1, mul(y, y))));
const atanOperation: Operation<None> = /*#__PURE__*/ unaryPrimitive("atan", (dy, x) => div(dy, add(mul(x, x), 1)));
const erfOperation: Operation<None> = /*#__PURE__*/ unaryPrimitive("erf", (dy, x) =>
  mul(dy, mul(exp(neg(mul(x, x))), 2 / Math.sqrt(Math.PI))),
);

/** -x. */
export function neg(x: Tensor): Tensor {
  checkTensor("neg", x);
  return apply(negOperation, [toNumber("neg", x)], none);
}
/** e to the power x. */
export function exp(x: Tensor): Tensor {
  return onFloat(expOperation, x);
}
/** e to the power x, less 1; exact for small x. */
export function expm1(x: Tensor): Tensor {
  return onFloat(expm1Operation, x);
}
/** Natural logarithm; NaN below 0, -Infinity at 0. */
export function log(x: Tensor): Tensor {
  return onFloat(logOperation, x);
}
/** Natural logarithm of 1 + x; exact for small x. */
export function log1p(x: Tensor): Tensor {
  return onFloat(log1pOperation, x);
}
/** Square root; NaN below 0. */
export function sqrt(x: Tensor): Tensor {
  return onFloat(sqrtOperation, x);
}
/** Sine of x in radians. */
export function sin(x: Tensor): Tensor {
  return onFloat(sinOperation, x);
}
/** Cosine of x in radians. */
export function cos(x: Tensor): Tensor {
  return onFloat(cosOperation, x);
}
/** Hyperbolic tangent. */
export function tanh(x: Tensor): Tensor {
  return onFloat(tanhOperation, x);
}
/** The angle in radians, -pi/2 to pi/2, whose tangent is x. */
export function atan(x: Tensor): Tensor {
  return onFloat(atanOperation, x);
}
/** Error function, 2/sqrt(pi) times the integral of exp(-t^2) from 0 to x. */
export function erf(x: Tensor): Tensor {
  return onFloat(erfOperation, x);
}

const floorOperation: Operation<None> = /*#__PURE__*/ unaryPrimitive("floor", null);

/** The largest whole number not above x; integers stay as they are. No gradient flows. */
export function floor(x: Tensor): Tensor {
  checkTensor("floor", x);
  return isFloat(x.dtype) ? apply(floorOperation, [x], none) : x;
}

const notOperation: Operation<None> = /*#__PURE__*/ unaryPrimitive("not", null);

/** Logical not; numbers count as true unless 0. */
export function logicalNot(x: Tensor): Tensor {
  return apply(notOperation, [cast(x, "bool")], none);
}

const addOperation: Operation<None> = /*#__PURE__*/ binaryPrimitive("add", (dy) => [() => dy, () => dy]);
const subOperation: Operation<None> = /*#__PURE__*/ binaryPrimitive("sub", (dy) => [() => dy, () => neg(dy)], {
  neutral: { right: 0 },
});
const mulOperation: Operation<None> = /*#__PURE__*/ binaryPrimitive(
  "mul",
  (dy, a, b) => [() => mul(dy, b), () => mul(dy, a)],
  {
    neutral: { left: 1, right: 1 },
  },
);
const divOperation: Operation<None> = /*#__PURE__*/ binaryPrimitive(
  "div",
  (dy, _a, b, y) => [() => div(dy, b), () => neg(div(mul(dy, y), b))],
  {
    neutral: { right: 1 },
  },
);
const powOperation: Operation<None> = /*#__PURE__*/ binaryPrimitive(
  "pow",
  (dy, a, b, y) => [
    // b a^(b - 1), which is 0 where b is
    () => mul(dy, mul(b, pow(where(equal(b, 0), 1, a), sub(b, 1)))),
    // a^b log a, which is 0 where a is 0 or below, and where a^b is 0. `minimum` would be part of every program with tensors.
    () => {
      const none = lessEqual(where(lessEqual(a, y), a, y), 0);
      return mul(dy, mul(where(none, 0, y), log(where(none, 1, a))));
    },
  ],
  { neutral: { right: 1 } },
);
// Equal operands share the gradient.
const maximumOperation: Operation<None> = /*#__PURE__*/ binaryPrimitive("maximum", (dy, a, b) => [
  () => winner(dy, b, a),
  () => winner(dy, a, b),
]);
const minimumOperation: Operation<None> = /*#__PURE__*/ binaryPrimitive("minimum", (dy, a, b) => [
  () => winner(dy, a, b),
  () => winner(dy, b, a),
]);
const lessOperation: Operation<None> = /*#__PURE__*/ comparison("less");
const lessEqualOperation: Operation<None> = /*#__PURE__*/ comparison("lessEqual");
const equalOperation: Operation<None> = /*#__PURE__*/ comparison("equal");

/** dy where small < large, half of it where they are equal. */
function winner(dy: Tensor, small: Tensor, large: Tensor): Tensor {
  return mul(
    dy,
    where(less(small, large), numberLike(dy, 1), where(equal(small, large), numberLike(dy, 0.5), numberLike(dy, 0))),
  );
}

function arithmetic(operation: Operation<None>, a: Operand, b: Operand): Tensor {
  const [one, other] = pair(operation.name, a, b);
  return one.dtype === "bool"
    ? apply(operation, [cast(one, "int32"), cast(other, "int32")], none)
    : apply(operation, [one, other], none);
}

/** a + b. Bools count as int32. */
export function add(a: Operand, b: Operand): Tensor {
  return arithmetic(addOperation, a, b);
}
/** a - b. Bools count as int32. */
export function sub(a: Operand, b: Operand): Tensor {
  return arithmetic(subOperation, a, b);
}
/** a * b. Bools count as int32. */
export function mul(a: Operand, b: Operand): Tensor {
  return arithmetic(mulOperation, a, b);
}
/** a / b; integers divide to float32. */
export function div(a: Operand, b: Operand): Tensor {
  return onFloats(divOperation, a, b);
}
/** Integer division that rounds towards zero, for int32 and uint32; 0 where b is 0. */
export function truncatedDiv(a: Operand, b: Operand): Tensor {
  const [one, other] = pair("truncatedDiv", a, b);
  if (dtypes[one.dtype].class !== "integer") {
    throw new GradloomError(
      "integer-dtype",
      `truncatedDiv: the operands are ${one.dtype}; it takes int32 or uint32, use div for floats`,
    );
  }
  return apply(divOperation, [one, other], none);
}
/**
 * a to the power b; NaN for a fraction power of a negative number. No gradient flows into a where b is 0, nor into b where a is 0 or below. That into a is
 * b a^(b - 1), which overflows where a^(b - 1) does, and is NaN where b is infinite and a^b vanishes.
 * Whole numbers wrap as products do, and of a negative exponent only 1 and -1 have
 * a power that is not 0.
 */
export function pow(a: Operand, b: Operand): Tensor {
  if (b === 2 && typeof a !== "number") return mul(a, a);
  return arithmetic(powOperation, a, b);
}
/**
 * The larger of each pair; NaN if either is NaN. Equal operands share the gradient. A number beyond whole numbers counts as the nearest that they hold.
 */
export function maximum(a: Operand, b: Operand): Tensor {
  return extreme(maximumOperation, a, b);
}
/**
 * The smaller of each pair; NaN if either is NaN. Equal operands share the gradient. A number beyond whole numbers counts as the nearest that they hold.
 */
export function minimum(a: Operand, b: Operand): Tensor {
  return extreme(minimumOperation, a, b);
}

function extreme(operation: Operation<None>, a: Operand, b: Operand): Tensor {
  const { name } = operation;
  return apply(operation, pair(name, within(name, a, b), within(name, b, a)), none);
}

/** Whole numbers that meet a number which their dtype does not hold, so that none of them equals it. */
interface Beside {
  readonly whole: Tensor;
  readonly value: number;
  readonly least: number;
  readonly most: number;
}

/** The operands if they are of that kind, else undefined. */
function beside(name: string, x: Operand, value: Operand): Beside | undefined {
  const range = rangeMet(name, value, x);
  if (range === undefined) return undefined;
  const [least, most] = range;
  const real = value as number;
  if (Number.isInteger(real) && real >= least && real <= most) return undefined;
  return {
    whole: (x as Tensor).dtype === "bool" ? cast(x as Tensor, "int32") : (x as Tensor),
    value: real,
    least,
    most,
  };
}

/** Whether a lies below b, where either is a number that the other's whole numbers do not hold: compared as the real numbers that they are. */
function below(name: string, a: Operand, b: Operand): Tensor | undefined {
  const left = beside(name, a, b);
  if (left !== undefined) {
    const { whole, value, least, most } = left;
    return value >= least ? lessEqual(whole, Math.min(Math.floor(value), most)) : less(whole, least);
  }
  const right = beside(name, b, a);
  if (right === undefined) return undefined;
  const { whole, value, least, most } = right;
  return value <= most ? lessEqual(Math.max(Math.ceil(value), least), whole) : less(most, whole);
}

/** a < b, as bool; false where either is NaN. Whole numbers and a number beyond them compare as real numbers. */
export function less(a: Operand, b: Operand): Tensor {
  return below("less", a, b) ?? apply(lessOperation, pair("less", a, b), none);
}
/** a <= b, as bool; false where either is NaN. Whole numbers and a number beyond them compare as real numbers. */
export function lessEqual(a: Operand, b: Operand): Tensor {
  return below("lessEqual", a, b) ?? apply(lessEqualOperation, pair("lessEqual", a, b), none);
}
/** a > b, as bool; false where either is NaN. Whole numbers and a number beyond them compare as real numbers. */
export function greater(a: Operand, b: Operand): Tensor {
  return less(b, a);
}
/** a >= b, as bool; false where either is NaN. Whole numbers and a number beyond them compare as real numbers. */
export function greaterEqual(a: Operand, b: Operand): Tensor {
  return lessEqual(b, a);
}
/** a == b, as bool; false where either is NaN. Whole numbers and a number beyond them compare as real numbers. */
export function equal(a: Operand, b: Operand): Tensor {
  const met = beside("equal", a, b) ?? beside("equal", b, a);
  return met === undefined ? apply(equalOperation, pair("equal", a, b), none) : less(met.whole, met.least);
}

const whereOperation: Operation<None> = /*#__PURE__*/ corePrimitive("where", {
  infer: (inputs) => [{ shape: stretched("where", inputs), dtype: inputs[1]!.dtype }],
  grad: ({ inputs: [condition, a, b], incoming: [dy] }) => [
    null,
    () => sumTo(where(condition!, dy!, numberLike(dy!, 0)), a!.shape),
    () => sumTo(where(condition!, numberLike(dy!, 0), dy!), b!.shape),
  ],
  traits: { elementwise: true },
});

/**
 * a where the condition holds, b elsewhere; all three stretch to one shape. Picking out the numbers where it holds is no operation, since shapes are
 * known before numbers: multiply by the mask, or sort and gather.
 */
export function where(condition: Tensor, a: Operand, b: Operand): Tensor {
  const numbers = typeof a === "number" && typeof b === "number";
  const [one, other] = numbers
    ? [numberLike(condition, a, "float32"), numberLike(condition, b, "float32")]
    : pair("where", a, b);
  return apply(whereOperation, [cast(condition, "bool"), one, other], none);
}
