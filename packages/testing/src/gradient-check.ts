import {
  anyBackend,
  checkOptions,
  type Fields,
  instanceOf,
  listOf,
  rule,
  type Tensor,
  Variable,
  wholeNumber,
} from "@gradloom/core";
import { type Backend, dtypes } from "@gradloom/core/backend";
import { unitOf } from "./compare-arrays.ts";
import { type Derivatives, differentiated, type Slope, type TensorFunction } from "./derivatives.ts";
import { asTensor, readArray } from "./evaluate.ts";
import { type HostArray, indexOf } from "./host-array.ts";
import { loopBackend } from "./loop-backend.ts";
import { randomSource } from "./random-source.ts";

/** How to check gradients. */
export interface GradientCheckOptions {
  /** Where to compute, in float64; the loop backend if left out. */
  readonly backend?: Backend;
  /** 2 (default) also checks the gradients of the gradients. */
  readonly order?: 1 | 2;
  /** Random directions for each input, 2 if left out. */
  readonly directions?: number;
  readonly seed?: number;
  /** float64 variables that the function reads: they are checked as inputs after the given ones, and keep their values. */
  readonly variables?: readonly Variable[];
}

const gradientCheckFields: Fields<GradientCheckOptions> = {
  backend: anyBackend,
  order: rule("1 or 2", (value) => value === 1 || value === 2),
  directions: wholeNumber(1),
  seed: wholeNumber(),
  variables: listOf(instanceOf<Variable>("a variable", Variable)),
};

/**
 * The smallest step h of the differences D(h) = (f(x + hv) - f(x - hv)) / 2h. With R(h) = (4 D(h) - D(2h)) / 3 the derivative is taken to be
 * (16 R(h) - R(2h)) / 15, which is off by O(h^6) and by some eps f / h for the rounding of f. R(2h) - R(h), which is O(h^4), covers the former.
 * At 2^-10 rounding is near 1e-12 of f, and x + hv rounds little.
 */
const step = 2 ** -10;
/** This many roundings may add up in one evaluation of f. */
const roundings = 64;
/** R(2h) - R(h) beyond this part of f's size is not the bend of a smooth function, but a kink. */
const kinkPart = 1e-6;
/** The worst element is looked for among this many. */
const elementsTried = 64;

/**
 * Compares the gradients of a function with central differences along random directions, one input at a time; in order 2 also the gradients of
 * the product of its gradients with a fixed vector. Float inputs are taken in float64, others passed on; outputs of any shape meet a random
 * cotangent. Numbers should be of ordinary size, and more than 1/256 away from kinks. Throws naming order, input, direction and worst element.
 */
export async function gradientCheck(
  call: TensorFunction,
  inputs: readonly (Tensor | HostArray)[],
  options: GradientCheckOptions = {},
): Promise<void> {
  checkOptions("gradientCheck", gradientCheckFields, options);
  const { backend = loopBackend(), order = 2, seed = 1, variables = [] } = options;
  const given = await Promise.all(
    inputs.map(async (input) => inFloat64("node" in input ? await readArray(input) : input)),
  );
  const values = await Promise.all(variables.map(valueOf));
  const point = [...given, ...values];
  const targets = point.flatMap(({ dtype }, at) => (dtype === "float64" ? [at] : []));
  if (targets.length === 0) throw new Error("gradientCheck: the function has no float inputs, so it has no gradients");
  const derivativesAt = differentiated(call, { specs: point, variables, targets, backend, order, seed });
  try {
    await checkAt(point, targets, derivativesAt, options);
  } finally {
    variables.forEach((variable, at) => variable.assign(asTensor(values[at]!)));
  }
}

async function checkAt(
  point: readonly HostArray[],
  targets: readonly number[],
  derivativesAt: DerivativesAt,
  { order = 2, directions = 2, seed = 1 }: GradientCheckOptions,
): Promise<void> {
  const here = await derivativesAt(point);
  const checks: Check[] = [];
  const random = randomSource(seed);
  for (const [target, input] of targets.entries()) {
    for (let count = 0; count < directions && point[input]!.data.length > 0; count++) {
      // No element near 0, so that each takes part.
      const along = Array.from(point[input]!.data, () => (random() < 0.5 ? -1 : 1) * (0.5 + random() / 2));
      checks.push({ target, input, along, differences: await differencesAlong(derivativesAt, point, input, along) });
    }
  }
  for (const which of order === 1 ? (["first"] as const) : (["first", "second"] as const)) {
    for (const check of checks) {
      const problem = problemOf(here[which], which, check);
      if (problem === undefined) continue;
      const worst = await worstElement(derivativesAt, point, here[which], which, check);
      throw new (problem.kink ? KinkError : Error)(
        `gradientCheck: the ${which} gradient of input ${check.input}, float64 [${point[check.input]!.shape.join(", ")}], ${problem.text}${worst}`,
      );
    }
  }
}

/** Differences with different steps disagree: the point is too close to where the function has no derivative. No wrong gradient gives this. */
export class KinkError extends Error {}

async function valueOf(variable: Variable): Promise<HostArray> {
  const { dtype, name } = variable;
  if (dtype !== "float64")
    throw new Error(`gradientCheck: variable ${name} is ${dtype}; no differences can be taken of it, make it float64`);
  return readArray(variable);
}

function inFloat64(array: HostArray): HostArray {
  return dtypes[array.dtype].class === "float" ? { ...array, dtype: "float64" } : array;
}

/** D(h), D(2h) and D(4h) of both orders. */
type Differences = readonly Readonly<Record<keyof Derivatives, number>>[];

interface Check {
  readonly differences: Differences;
  readonly input: number;
  /** Which of the float inputs that is. */
  readonly target: number;
  readonly along: readonly number[];
}

type DerivativesAt = (point: readonly HostArray[]) => Promise<Derivatives>;

async function differencesAlong(
  derivativesAt: DerivativesAt,
  point: readonly HostArray[],
  input: number,
  along: readonly number[],
): Promise<Differences> {
  const moved = (distance: number): readonly HostArray[] =>
    point.map((array, at) =>
      at === input
        ? { ...array, data: Array.from(array.data, (value, place) => value + distance * along[place]!) }
        : array,
    );
  const difference = async (distance: number): Promise<Differences[number]> => {
    const [after, before] = [await derivativesAt(moved(distance)), await derivativesAt(moved(-distance))];
    const slopeOf = (which: keyof Derivatives): number => (after[which].value - before[which].value) / (2 * distance);
    return { first: slopeOf("first"), second: slopeOf("second") };
  };
  return [await difference(step), await difference(2 * step), await difference(4 * step)];
}

/** The derivative by differences, and how far off the steps may have taken it. */
function extrapolated(
  differences: Differences,
  which: keyof Derivatives,
): { readonly value: number; readonly bend: number } {
  const [near, middle, far] = differences.map((difference) => difference[which]) as [number, number, number];
  const fine = (4 * near - middle) / 3;
  const coarse = (4 * middle - far) / 3;
  return { value: (16 * fine - coarse) / 15, bend: Math.abs(coarse - fine) };
}

/** What is wrong with a gradient along the direction, if anything. */
function problemOf(
  { gradients, size }: Slope,
  which: keyof Derivatives,
  check: Check,
): { readonly text: string; readonly kink: boolean } | undefined {
  const { value: expected, bend } = extrapolated(check.differences, which);
  const direction = `along [${check.along
    .slice(0, 6)
    .map((value) => value.toFixed(3))
    .join(", ")}${check.along.length > 6 ? ", …" : ""}]`;
  if (bend > kinkPart * (1 + size)) {
    const text = `cannot be checked ${direction}: differences with different steps disagree by ${bend.toPrecision(3)}; keep the inputs away from kinks and poles`;
    return { text, kink: true };
  }
  const { data } = gradients[check.target]!;
  const got = check.along.reduce((total, value, place) => total + value * data[place]!, 0);
  const allowed = (roundings * unitOf("float64") * (1 + size)) / step + bend;
  if (Math.abs(got - expected) <= allowed) return undefined;
  const text = `is wrong ${direction}: ${got} by reverse mode, ${expected} by differences (${(got / expected).toPrecision(4)} times; allowed difference ${allowed.toPrecision(2)})`;
  return { text, kink: false };
}

/** The element whose gradient is furthest from its difference, in words. */
async function worstElement(
  derivativesAt: DerivativesAt,
  point: readonly HostArray[],
  { gradients }: Slope,
  which: keyof Derivatives,
  { input, target, along }: Check,
): Promise<string> {
  let worst = { distance: -1, place: 0, got: 0, expected: 0 };
  for (let place = 0; place < Math.min(along.length, elementsTried); place++) {
    const unit = along.map((_, at) => Number(at === place));
    const expected = extrapolated(await differencesAlong(derivativesAt, point, input, unit), which).value;
    const got = gradients[target]!.data[place]!;
    const distance = Number.isNaN(got - expected) ? Infinity : Math.abs(got - expected);
    if (distance > worst.distance) worst = { distance, place, got, expected };
  }
  return `; the worst element is [${indexOf(worst.place, point[input]!.shape).join(", ")}]: ${worst.got} by reverse mode, ${worst.expected} by differences`;
}
