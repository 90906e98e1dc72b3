import { cast, reshape, type Shape, sizeOf, slice, type Tensor } from "@gradloom/core";
import { type Domain, drawInputs, type InputSpec } from "../input-spec.ts";
import { randomSource } from "../random-source.ts";
import { alongRows, type ExtremeCase, type ExtremeOptions, type FloatLimits, type Sample } from "./extreme-case.ts";

/** How functions of predictions and targets are judged where floats end. */
export interface SampleOptions extends ExtremeOptions {
  /** What targets are drawn from; the ends and the middle of their domain if left out. */
  readonly target?: Domain;
}

/** A prediction and its target, for functions that give a number of them. */
export interface SampleSpec {
  /** The shape of one prediction. */
  readonly sample: Shape;
  readonly prediction: Domain;
  readonly target: InputSpec;
  /** How many samples to judge. */
  readonly count: number;
}

/**
 * The edges of a function of predictions [batch, ...sample] and targets that gives each sample a number: predictions are mixtures of ordinary numbers
 * and edges within their domain, targets the ends and the middle of theirs. Slopes are those in the predictions.
 */
export function sampleExtremes(
  { sample, prediction, target, count }: SampleSpec,
  call: (prediction: Tensor, target: Tensor) => Tensor,
  value: (prediction: Sample, target: Sample) => number,
  slopes: ((prediction: Sample, target: Sample) => readonly number[]) | undefined,
  { target: targets = ends(target.domain), ...options }: SampleOptions = {},
): ExtremeCase {
  const size = sizeOf(sample);
  const parts = (row: Sample): readonly [Sample, Sample] => [row.slice(0, size), row.slice(size)];
  return alongRows(
    (x) => {
      const [batch, length] = x.shape as readonly [number, number];
      const wanted = reshape(slice(x, [0, size], [batch, length]), [batch, ...target.shape]);
      const { dtype = "float" } = target;
      const given = dtype === "float" ? wanted : cast(wanted, dtype);
      return call(reshape(slice(x, [0, 0], [batch, size]), [batch, ...sample]), given);
    },
    (row) => value(...parts(row)),
    slopes && ((row) => slopes(...parts(row))),
    {
      ...options,
      samples: (limits) => {
        return Array.from({ length: count }, (_, seed) => [
          ...predictionAt(size, prediction, limits, seed, seed / count),
          ...drawInputs([{ ...target, ...(targets && { domain: targets }) }], limits.dtype, seed)[0]!.data,
        ]);
      },
    },
  );
}

/** Ordinary numbers, and edges as likely as `hardness` says. No sum of sixteen of them overflows. */
function predictionAt(size: number, domain: Domain, limits: FloatLimits, seed: number, hardness: number): Sample {
  const { largest, smallestNormal, smallest, exponents } = limits;
  const random = randomSource(seed);
  const hard = [0, -smallest, smallestNormal, ...exponents, largest ** 0.8, largest / 16, Infinity];
  const numbers = domain.among ?? [...hard, ...hard.map((number) => -number), NaN];
  const { from = -Infinity, to = Infinity } = domain;
  return Array.from({ length: size }, () => {
    const easy = random() > hardness;
    const drawn = easy ? random() * 4 - 2 : numbers[Math.floor(random() * numbers.length)]!;
    return Math.min(Math.max(drawn, from), to);
  });
}

/** The ends and the middle of a domain; nothing where it is left out. */
function ends(domain: Domain | undefined): Domain | undefined {
  if (domain === undefined || domain.among !== undefined) return domain;
  const { from = -2, to = 2 } = domain;
  return { among: [from, (from + to) / 2, to] };
}
