import { type Tensor, vectorJacobianProduct } from "@gradloom/core";
import type { Backend } from "@gradloom/core/backend";
import { asTensor, evaluate } from "./evaluate.ts";
import {
  type ExtremeCase,
  type ExtremeException,
  type FloatDType,
  type FloatLimits,
  floatLimits,
  type Sample,
} from "./cases/extreme-case.ts";
import type { HostArray } from "./host-array.ts";
import { rounded } from "./loop-backend.ts";

/** No function is a chain of more roundings, each of the units in the last place that a backend's primitives may be off by. */
const roundings = 16;

/**
 * Throws, naming the sample, unless the values and slopes of the function are those of the references at the edges of the dtype, within the rounding
 * of a chain of primitives that are off by some units in the last place. What overflows must be infinite, what does not finite, what has no
 * limit NaN; what is below the smallest normal number may be 0. Where a value is NaN, overflows or is an exception, its slopes are not judged. An
 * exception that does not hold, or is none, is a fault too.
 */
export async function extremeLaw(
  row: ExtremeCase,
  dtype: FloatDType,
  backend: Backend,
  units: number = dtype === "float64" ? 16 : 4,
): Promise<void> {
  const limits = floatLimits[dtype];
  const samples = row.samples(limits).map((sample) => Array.from(rounded(sample, dtype)));
  const judge = new Judge(row, limits, roundings * units * limits.unit);
  const [values, ...slopes] = await evaluate(backend, inputsOf(row, samples, dtype), (inputs) => computed(row, inputs));
  samples.forEach((sample, at) => {
    const wanted = row.value(sample);
    const asWanted = wanted.map((want, place) =>
      judge.compare("value", sample, place, values!.data[at * wanted.length + place]!, want),
    );
    if (row.slopes === undefined || wanted.some((want) => !judged(want, limits)) || asWanted.includes(false)) return;
    row.slopes(sample).forEach((want, place) => {
      const got = row.rows ? slopes[0]!.data[at * sample.length + place]! : slopes[place]!.data[at]!;
      judge.compare("slope", sample, place, got, want);
    });
  });
  judge.finish();
}

/** Samples as the rows of one input, or their numbers by operand. */
function inputsOf({ rows }: ExtremeCase, samples: readonly Sample[], dtype: FloatDType): readonly HostArray[] {
  const [first] = samples as readonly [Sample];
  if (rows) return [{ shape: [samples.length, first.length], dtype, data: samples.flat() }];
  return first.map((_, operand) => ({
    shape: [samples.length],
    dtype,
    data: samples.map((sample) => sample[operand]!),
  }));
}

/** Whether there are slopes at a value: not at NaN, nor at what overflows in the dtype alone. */
function judged(value: number, { largest }: FloatLimits): boolean {
  return Math.abs(value) <= largest || Math.abs(value) === Infinity;
}

function computed(row: ExtremeCase, inputs: readonly Tensor[]): readonly Tensor[] {
  const value = row.call(inputs);
  if (row.slopes === undefined) return [value];
  const weights = asTensor({
    shape: value.shape,
    dtype: value.dtype,
    data: Array.from({ length: value.size }, (_, at) => (value.rank < 2 ? 1 : 1 + (at % value.shape[1]!))),
  });
  return [value, ...vectorJacobianProduct(value, weights, inputs, { unused: "zeros" })];
}

/** Compares numbers with references, and notes which exceptions were met. */
class Judge {
  private readonly row: ExtremeCase;
  private readonly limits: FloatLimits;
  private readonly rounding: number;
  private readonly met = new Set<ExtremeException>();
  private readonly faults: string[] = [];

  constructor(row: ExtremeCase, limits: FloatLimits, rounding: number) {
    this.row = row;
    this.limits = limits;
    this.rounding = rounding;
  }

  /** Whether the number is the wanted one; not where it is wrong, or an exception. */
  compare(of: "value" | "slope", sample: Sample, place: number, got: number, want: number): boolean {
    const { exceptions, size: ofValue, slopeSize: ofSlope } = this.row;
    const exception = exceptions.find((one) => one.of === of && one.at(sample, place, this.limits));
    const size = (of === "value" ? ofValue : ofSlope)(sample, want, this.limits);
    const allowed = this.rounding * size + this.limits.smallestNormal;
    const where = `the ${of}${place > 0 ? ` ${place}` : ""} at [${sample.map(shown).join(", ")}]`;
    if (exception === undefined) {
      if (this.agrees(got, want, allowed)) return true;
      this.faults.push(`${where} is ${shown(got)}, expected ${shown(want)}`);
      return false;
    }
    this.met.add(exception);
    const { gives, why } = exception;
    const given = typeof gives === "number" ? gives : gives(sample);
    if (this.agrees(given, want, allowed))
      this.faults.push(`${where} is ${shown(want)}: that is no exception ("${why}")`);
    else if (!this.agrees(got, given, allowed))
      this.faults.push(`${where} is ${shown(got)}, expected ${shown(given)} instead of ${shown(want)} ("${why}")`);
    return false;
  }

  finish(): void {
    const { exceptions } = this.row;
    for (const stale of exceptions.filter((one) => !this.met.has(one)))
      this.faults.push(`the exception "${stale.why}" holds for no sample`);
    const { length } = this.faults;
    if (length === 0) return;
    const more = length > 5 ? `; and ${length - 5} more` : "";
    throw new Error(`in ${this.limits.dtype}, ${this.faults.slice(0, 5).join("; ")}${more}`);
  }

  private agrees(got: number, want: number, allowed: number): boolean {
    if (Number.isNaN(got) || Number.isNaN(want)) return Number.isNaN(got) && Number.isNaN(want);
    if (got === want) return true;
    const { largest } = this.limits;
    if (Math.abs(got) === Infinity) return Math.sign(got) === Math.sign(want) && Math.abs(want) + allowed > largest;
    if (Math.abs(want) === Infinity) return false;
    return Math.abs(got - want) <= allowed;
  }
}

function shown(value: number): string {
  return Object.is(value, -0) ? "-0" : String(value);
}
