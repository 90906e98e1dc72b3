import { showValue } from "../errors/show-value.ts";
import { GradloomError } from "../errors/gradloom-error.ts";
import { checkOptions, checkValue, type Fields } from "../errors/options.ts";
import { finiteNumber } from "../errors/rules.ts";
import { checkDType, type DType, floatDType, held, isFloat } from "../tensor/dtype.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { cast } from "./cast.ts";
import { add, equal, mul, where } from "./elementwise.ts";
import { iota } from "./iota.ts";

/**
 * start, start + step, ... up to before `end`, as Python's range; with one number, 0 up to before it. int32 if all three are whole, else float32,
 * unless a dtype is given.
 */
export function arange(start: number, end?: number, step = 1, dtype?: DType): Tensor {
  const [first, last] = end === undefined ? [0, start] : [start, end];
  const isFinite = [first, last, step].every(Number.isFinite);
  const count = isFinite ? Math.max(Math.ceil((last - first) / step), 0) : NaN;
  if (!Number.isFinite(count) || step === 0) {
    throw new GradloomError(
      "range",
      `arange: from ${showValue(first)} to ${showValue(last)} by ${showValue(step)}; the numbers must be finite and the step not 0`,
    );
  }
  const whole = [first, last, step].every(Number.isInteger);
  const kind = dtype ?? (whole ? "int32" : "float32");
  checkDType("arange", kind);
  if (isFloat(kind) || !whole) {
    const base = cast(iota(count), isFloat(kind) ? kind : "float32");
    return cast(add(mul(base, step), first), kind);
  }
  if (count > 0) for (const end of [first, first + (count - 1) * step]) held("arange", end, kind);
  // Modulo 2^32, where the numbers between are right if those at the ends are.
  return cast(add(mul(iota(count), step | 0), first | 0), kind);
}

/** The dtype of `linspace`; float32 if left out. */
export interface LinspaceOptions {
  readonly dtype?: "float32" | "float64";
}

const linspaceFields: Fields<LinspaceOptions> = { dtype: floatDType };

/** So many numbers from `start` to `end`, both included, at equal distances. */
export function linspace(start: number, end: number, count: number, options: LinspaceOptions = {}): Tensor {
  checkOptions("linspace", linspaceFields, options);
  const { dtype = "float32" } = options;
  if (!Number.isInteger(count) || count < 0) {
    throw new GradloomError(
      "linspace-count",
      `linspace: the count is ${showValue(count)}; it must be a whole number of 0 or more`,
    );
  }
  checkValue("linspace", "start", finiteNumber(), start);
  checkValue("linspace", "end", finiteNumber(), end);
  const places = cast(iota(count), dtype);
  const numbers = add(mul(places, (end - start) / Math.max(count - 1, 1)), start);
  // The last one is exact.
  return count < 2 ? numbers : where(equal(places, count - 1), end, numbers);
}
