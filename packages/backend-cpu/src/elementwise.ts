import {
  type DType,
  erf as erfOf,
  type Kernel,
  type None,
  pow as powOf,
  type Primitives,
  type TypedArray,
  type View,
} from "@gradloom/core/backend";
import { words } from "./words.ts";

// Every formula is evaluated in doubles and rounded by the store: for + - * / and sqrt that is the correctly rounded
// float32 result. A store to integers truncates and wraps modulo 2^32, and takes NaN and ±∞ for 0.
//
// The hot formulas are loops of their own, because one loop around a function argument is about four times slower.

type UnaryLoop = (x: TypedArray, from: number, y: TypedArray, to: number, size: number) => void;
type BinaryLoop = (
  a: TypedArray,
  fromA: number,
  b: TypedArray,
  fromB: number,
  y: TypedArray,
  to: number,
  size: number,
) => void;
type UnaryFormula = (x: number) => number;
type BinaryFormula = (a: number, b: number) => number;

function unary(loop: UnaryLoop): Kernel<None> {
  return (inputs, outputs) => run(loop, inputs[0]!, outputs[0]!);
}

function run(loop: UnaryLoop, x: View, y: View): void {
  loop(x.data, x.offset, y.data, y.offset, y.size);
}

/** The loop of a formula beside which the cost of a call is small. */
function map(formula: UnaryFormula): UnaryLoop {
  return (x, from, y, to, size) => {
    for (let i = 0; i < size; i++) y[to + i] = formula(x[from + i]!);
  };
}

/** `others` are the formulas of the dtypes that `loop` does not serve. */
function binary(loop: BinaryLoop, others: { readonly [Name in DType]?: BinaryFormula } = {}): Kernel<None> {
  return (inputs, outputs) => {
    const a = inputs[0]!;
    const b = inputs[1]!;
    const y = outputs[0]!;
    const formula = others[a.dtype];
    if (formula === undefined) loop(a.data, a.offset, b.data, b.offset, y.data, y.offset, y.size);
    else zip(formula, a, b, y);
  };
}

function zip(formula: BinaryFormula, a: View, b: View, y: View): void {
  for (let i = 0; i < y.size; i++) {
    y.data[y.offset + i] = formula(a.data[a.offset + i]!, b.data[b.offset + i]!);
  }
}

/** y = -x */
export const neg: Kernel<None> = /*#__PURE__*/ unary((x, from, y, to, size) => {
  for (let i = 0; i < size; i++) y[to + i] = -x[from + i]!;
});

/** y = e^x */
export const exp: Kernel<None> = /*#__PURE__*/ unary((x, from, y, to, size) => {
  for (let i = 0; i < size; i++) y[to + i] = Math.exp(x[from + i]!);
});

/** y = ln x */
export const log: Kernel<None> = /*#__PURE__*/ unary((x, from, y, to, size) => {
  for (let i = 0; i < size; i++) y[to + i] = Math.log(x[from + i]!);
});

/** y = √x */
export const sqrt: Kernel<None> = /*#__PURE__*/ unary((x, from, y, to, size) => {
  for (let i = 0; i < size; i++) y[to + i] = Math.sqrt(x[from + i]!);
});

/** y = tanh x */
export const tanh: Kernel<None> = /*#__PURE__*/ unary((x, from, y, to, size) => {
  for (let i = 0; i < size; i++) y[to + i] = Math.tanh(x[from + i]!);
});

/** y = e^x - 1, accurate near 0 */
export const expm1: Kernel<None> = /*#__PURE__*/ unary(/*#__PURE__*/ map(Math.expm1));
/** y = ln(1 + x), accurate near 0 */
export const log1p: Kernel<None> = /*#__PURE__*/ unary(/*#__PURE__*/ map(Math.log1p));
/** y = sin x, x in radians */
export const sin: Kernel<None> = /*#__PURE__*/ unary(/*#__PURE__*/ map(Math.sin));
/** y = cos x, x in radians */
export const cos: Kernel<None> = /*#__PURE__*/ unary(/*#__PURE__*/ map(Math.cos));
/** y = arctan x, in radians */
export const atan: Kernel<None> = /*#__PURE__*/ unary(/*#__PURE__*/ map(Math.atan));
/** y = 2/√π ∫₀ˣ e^(-t²) dt */
export const erf: Kernel<None> = /*#__PURE__*/ unary(/*#__PURE__*/ map(erfOf));
/** y = the largest integer not above x */
export const floor: Kernel<None> = /*#__PURE__*/ unary(/*#__PURE__*/ map(Math.floor));

/** y = not x; bool */
export const not: Kernel<None> = /*#__PURE__*/ unary((x, from, y, to, size) => {
  for (let i = 0; i < size; i++) y[to + i] = x[from + i] === 0 ? 1 : 0;
});

/** y = a + b */
export const add: Kernel<None> = /*#__PURE__*/ binary((a, fromA, b, fromB, y, to, size) => {
  for (let i = 0; i < size; i++) y[to + i] = a[fromA + i]! + b[fromB + i]!;
});

/** y = a - b */
export const sub: Kernel<None> = /*#__PURE__*/ binary((a, fromA, b, fromB, y, to, size) => {
  for (let i = 0; i < size; i++) y[to + i] = a[fromA + i]! - b[fromB + i]!;
});

/** y = a b */
export const mul: Kernel<None> = /*#__PURE__*/ binary(
  (a, fromA, b, fromB, y, to, size) => {
    for (let i = 0; i < size; i++) y[to + i] = a[fromA + i]! * b[fromB + i]!;
  },
  { int32: Math.imul, uint32: Math.imul },
);

/** y = a / b; integers: truncated towards zero, and 0 where b is 0 */
export const div: Kernel<None> = /*#__PURE__*/ binary((a, fromA, b, fromB, y, to, size) => {
  for (let i = 0; i < size; i++) y[to + i] = a[fromA + i]! / b[fromB + i]!;
});

/** y = a^b; integers: modulo 2^32, and 0 for negative exponents of all but 1 and -1 */
export const pow: Kernel<None> = /*#__PURE__*/ binary(
  (a, fromA, b, fromB, y, to, size) => {
    for (let i = 0; i < size; i++) y[to + i] = powOf(a[fromA + i]!, b[fromB + i]!);
  },
  {
    int32: (a, b) => (b < 0 && a !== 1 && a !== -1 ? 0 : powerOfWhole(a, b)),
    uint32: powerOfWhole,
  },
);

/** a^b modulo 2^32 by repeated squaring; a negative b is taken modulo 2^32 too, which serves 1 and -1 */
function powerOfWhole(a: number, b: number): number {
  let power = 1;
  let base = a;
  for (let rest = b >>> 0; rest !== 0; rest >>>= 1) {
    if ((rest & 1) === 1) power = Math.imul(power, base);
    base = Math.imul(base, base);
  }
  return power;
}

/** y = the larger of a and b: NaN if either is, the first of equal values; bool: or */
export const maximum: Kernel<None> = /*#__PURE__*/ binary(
  (a, fromA, b, fromB, y, to, size) => {
    for (let i = 0; i < size; i++) {
      const left = a[fromA + i]!;
      const right = b[fromB + i]!;
      y[to + i] = left >= right || left !== left ? left : right;
    }
  },
  { bool: (a, b) => a | b },
);

/** y = the smaller of a and b: NaN if either is, the first of equal values; bool: and */
export const minimum: Kernel<None> = /*#__PURE__*/ binary(
  (a, fromA, b, fromB, y, to, size) => {
    for (let i = 0; i < size; i++) {
      const left = a[fromA + i]!;
      const right = b[fromB + i]!;
      y[to + i] = left <= right || left !== left ? left : right;
    }
  },
  { bool: (a, b) => a & b },
);

/** y = a < b; bool, false where either is NaN */
export const less: Kernel<None> = /*#__PURE__*/ binary(
  (a, fromA, b, fromB, y, to, size) => {
    for (let i = 0; i < size; i++) y[to + i] = a[fromA + i]! < b[fromB + i]! ? 1 : 0;
  },
  { bool: (a, b) => (a < b ? 1 : 0) },
);

/** y = a ≤ b; bool, false where either is NaN */
export const lessEqual: Kernel<None> = /*#__PURE__*/ binary(
  (a, fromA, b, fromB, y, to, size) => {
    for (let i = 0; i < size; i++) y[to + i] = a[fromA + i]! <= b[fromB + i]! ? 1 : 0;
  },
  { bool: (a, b) => (a <= b ? 1 : 0) },
);

/** y = a = b; bool, false where either is NaN */
export const equal: Kernel<None> = /*#__PURE__*/ binary(
  (a, fromA, b, fromB, y, to, size) => {
    for (let i = 0; i < size; i++) y[to + i] = a[fromA + i] === b[fromB + i] ? 1 : 0;
  },
  { bool: (a, b) => (a === b ? 1 : 0) },
);

/** y = a where the condition holds, else b */
export const where: Kernel<None> = (inputs, outputs) => {
  const { data: condition, offset: fromCondition } = inputs[0]!;
  const a = words(inputs[1]!.data);
  const fromA = inputs[1]!.offset;
  const b = words(inputs[2]!.data);
  const fromB = inputs[2]!.offset;
  const y = words(outputs[0]!.data);
  const { offset: to, size } = outputs[0]!;
  for (let i = 0; i < size; i++) y[to + i] = condition[fromCondition + i] === 0 ? b[fromB + i]! : a[fromA + i]!;
};

/** The least and the greatest number of the dtypes that floats saturate to. */
const bounds: { readonly [Name in DType]?: readonly [number, number] } = {
  int32: [-0x80000000, 0x7fffffff],
  uint32: [0, 0xffffffff],
  uint8: [0, 0xff],
};

/** y = x in another dtype: floats truncate and saturate, NaN becomes 0; integers wrap; to bool, y = (x ≠ 0) */
export const cast: Kernel<Primitives["cast"]> = (inputs, outputs) => {
  const x = inputs[0]!;
  const y = outputs[0]!;
  const limits = bounds[y.dtype];
  if (y.dtype === "bool") run(truth, x, y);
  else if (limits !== undefined && (x.dtype === "float32" || x.dtype === "float64")) saturate(x, y, ...limits);
  else if (y.data instanceof Uint8Array) run(storeToBytes, x, y);
  else if (x.data instanceof Uint8Array) run(storeBytes, x, y);
  else run(store, x, y);
};

const truth: UnaryLoop = (x, from, y, to, size) => {
  for (let i = 0; i < size; i++) y[to + i] = x[from + i] === 0 ? 0 : 1;
};

function saturate({ data: x, offset: from }: View, output: View, least: number, most: number): void {
  const { data: y, offset: to, size } = output;
  for (let i = 0; i < size; i++) {
    const value = x[from + i]!;
    y[to + i] = value >= least ? (value <= most ? value : most) : value < least ? least : 0;
  }
}

const store: UnaryLoop = (x, from, y, to, size) => {
  for (let i = 0; i < size; i++) y[to + i] = x[from + i]!;
};

// The same loop twice more, so that each meets at most four kinds of array (see `words`).
const storeBytes: UnaryLoop = (x, from, y, to, size) => {
  for (let i = 0; i < size; i++) y[to + i] = x[from + i]!;
};
const storeToBytes: UnaryLoop = (x, from, y, to, size) => {
  for (let i = 0; i < size; i++) y[to + i] = x[from + i]!;
};
