import type { DType } from "@gradloom/core";
import type { None, Primitives } from "@gradloom/core/backend";
import { constantFrom, tuple } from "fast-check";
import { mapElements } from "../host-array.ts";
import { wholePower } from "./whole-power.ts";
import type { Domain } from "../input-spec.ts";
import {
  domains,
  elementwiseInfer,
  elementwiseShapes,
  floats,
  hardNumbers,
  numeric,
  type PrimitiveCase,
  type Rounding,
  storable,
} from "./primitive-case.ts";

interface ElementwiseOptions {
  readonly inputs: number;
  readonly dtypes?: readonly DType[];
  readonly rounding?: Rounding;
  /** The dtype of the output, that of the input if left out. */
  readonly output?: DType;
  /** Instead of all that goes wrong, for functions that backends compute for moderate numbers only. */
  readonly hard?: Domain;
}

/** A row of an elementwise primitive without attributes; `formulaOf` gives the formula for a dtype. */
function elementwise(
  formulaOf: (dtype: DType) => (...values: number[]) => number,
  options: ElementwiseOptions,
): PrimitiveCase<None> {
  const { inputs: count, dtypes = floats, rounding = "rounded", output = 0, hard } = options;
  return {
    elementwise: true,
    dtypes,
    rounding,
    requests: (dtype) =>
      tuple(elementwiseShapes(count), hard === undefined ? domains(dtype) : constantFrom({}, hard)).map(
        ([shapes, domain]) => ({
          inputs: shapes.map((shape) => ({ shape, dtype, domain })),
          attributes: {},
        }),
      ),
    infer: elementwiseInfer(output),
    reference: (inputs) => [mapElements(inputs, formulaOf(inputs[0]!.dtype)).data],
  };
}

function unary(formula: (x: number) => number, options: Partial<ElementwiseOptions> = {}): PrimitiveCase<None> {
  return elementwise(() => formula, { inputs: 1, ...options });
}

function binary(
  formula: (a: number, b: number) => number,
  options: Partial<ElementwiseOptions> = {},
): PrimitiveCase<None> {
  return elementwise(() => formula, { inputs: 2, ...options });
}

function comparison(formula: (a: number, b: number) => boolean): PrimitiveCase<None> {
  return binary((a, b) => Number(formula(a, b)), { dtypes: [...numeric, "bool"], rounding: "exact", output: "bool" });
}

/** The error function by its series without cancellation, 2/sqrt(pi) exp(-x^2) sum of 2^n x^(2n+1) / (2n+1)!! (DLMF 7.6.2). */
export function erf(x: number): number {
  if (Math.abs(x) > 6.5) return Math.sign(x);
  let term = x;
  let total = x;
  for (let factor = 3; Math.abs(term) > 1e-18 * Math.abs(total); factor += 2) {
    term *= (2 * x * x) / factor;
    total += term;
  }
  return (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) * total;
}

/** C's pow. */
function power(a: number, b: number): number {
  return a === 1 || (a === -1 && Math.abs(b) === Infinity) ? 1 : a ** b;
}

/** A number as another dtype holds it: floats truncate and saturate, NaN becomes 0, integers wrap, anything but 0 is true. */
function converted(value: number, from: DType, to: DType): number {
  if (to === "bool") return value === 0 ? 0 : 1;
  const limits = { int32: [-(2 ** 31), 2 ** 31 - 1], uint32: [0, 2 ** 32 - 1], uint8: [0, 255] }[to as string];
  if (limits === undefined || !floats.includes(from)) return value;
  return Number.isNaN(value) ? 0 : Math.min(Math.max(Math.trunc(value), limits[0]!), limits[1]!);
}

const moderate: Domain = { among: [0, -0, 1, -1, 0.5, -0.5, 3, -3, NaN, Infinity, -Infinity, 1e-30] };
const notZero = (value: number): number => Number(value !== 0);

/** The rows of the primitives that compute each element from the elements of its place. */
export const elementwisePrimitives = {
  neg: (): PrimitiveCase<None> => unary((x) => -x, { dtypes: numeric, rounding: "exact" }),
  exp: (): PrimitiveCase<None> => unary(Math.exp),
  expm1: (): PrimitiveCase<None> => unary(Math.expm1),
  log: (): PrimitiveCase<None> => unary(Math.log),
  log1p: (): PrimitiveCase<None> => unary(Math.log1p),
  sqrt: (): PrimitiveCase<None> => unary(Math.sqrt),
  sin: (): PrimitiveCase<None> => unary(Math.sin, { hard: moderate }),
  cos: (): PrimitiveCase<None> => unary(Math.cos, { hard: moderate }),
  tanh: (): PrimitiveCase<None> => unary(Math.tanh),
  atan: (): PrimitiveCase<None> => unary(Math.atan),
  erf: (): PrimitiveCase<None> => unary(erf),
  floor: (): PrimitiveCase<None> => unary(Math.floor, { rounding: "exact" }),
  not: (): PrimitiveCase<None> => unary((x) => 1 - notZero(x), { dtypes: ["bool"], rounding: "exact" }),
  cast: (): PrimitiveCase<Primitives["cast"]> => ({
    elementwise: true,
    dtypes: storable,
    rounding: "exact",
    requests: (from) =>
      tuple(
        elementwiseShapes(1),
        constantFrom(...storable),
        constantFrom({}, hardNumbers(from), { from: -300, to: 300 }),
      ).map(([[shape], dtype, domain]) => ({
        inputs: [{ shape: shape!, dtype: from, domain }],
        attributes: { dtype },
      })),
    infer: ([x], { dtype }) => [{ shape: x!.shape, dtype }],
    reference: ([x], { dtype }) => [mapElements([x!], (value) => converted(value, x!.dtype, dtype)).data],
  }),
  copy: (): PrimitiveCase<None> => unary((x) => x, { dtypes: storable, rounding: "exact" }),

  add: (): PrimitiveCase<None> => binary((a, b) => a + b, { dtypes: numeric }),
  sub: (): PrimitiveCase<None> => binary((a, b) => a - b, { dtypes: numeric }),
  mul: (): PrimitiveCase<None> =>
    elementwise((dtype) => (floats.includes(dtype) ? (a, b) => a! * b! : (a, b) => Math.imul(a!, b!)), {
      inputs: 2,
      dtypes: numeric,
    }),
  div: (): PrimitiveCase<None> =>
    elementwise((dtype) => (a, b) => (b === 0 && !floats.includes(dtype) ? 0 : a! / b!), {
      inputs: 2,
      dtypes: numeric,
    }),
  pow: (): PrimitiveCase<None> =>
    elementwise(
      (dtype) => (a, b) =>
        floats.includes(dtype) ? power(a!, b!) : Number(BigInt.asIntN(32, wholePower(BigInt(a!), BigInt(b!)))),
      {
        inputs: 2,
        dtypes: numeric,
      },
    ),
  maximum: (): PrimitiveCase<None> =>
    binary((a, b) => (Number.isNaN(a) || a >= b ? a : b), { dtypes: [...numeric, "bool"], rounding: "exact" }),
  minimum: (): PrimitiveCase<None> =>
    binary((a, b) => (Number.isNaN(a) || a <= b ? a : b), { dtypes: [...numeric, "bool"], rounding: "exact" }),
  less: (): PrimitiveCase<None> => comparison((a, b) => a < b),
  lessEqual: (): PrimitiveCase<None> => comparison((a, b) => a <= b),
  equal: (): PrimitiveCase<None> => comparison((a, b) => a === b),
  where: (): PrimitiveCase<None> => ({
    elementwise: true,
    dtypes: [...numeric, "bool"],
    rounding: "exact",
    requests: (dtype) =>
      tuple(elementwiseShapes(3), domains(dtype)).map(([[condition, a, b], domain]) => ({
        inputs: [
          { shape: condition!, dtype: "bool" },
          { shape: a!, dtype, domain },
          { shape: b!, dtype, domain },
        ],
        attributes: {},
      })),
    infer: elementwiseInfer(1),
    reference: (inputs) => [mapElements(inputs, (condition, a, b) => (condition === 0 ? b! : a!)).data],
  }),
};
