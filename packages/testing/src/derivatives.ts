import { compile, gradients, mul, sizeOf, sum, type Tensor, type Variable } from "@gradloom/core";
import { type Backend, dtypes } from "@gradloom/core/backend";
import { asTensor, readArray } from "./evaluate.ts";
import type { HostArray } from "./host-array.ts";
import { randomSource } from "./random-source.ts";

/** A function of tensors, as users write it. */
export type TensorFunction = (...inputs: Tensor[]) => Tensor | readonly Tensor[];

/** A number that depends on the inputs, and its gradient in each float input. */
export interface Slope {
  readonly value: number;
  /** How large the terms are that the number is the sum of: what its rounding is relative to. */
  readonly size: number;
  readonly gradients: readonly HostArray[];
}

/** What reverse mode says about a function at one point. */
export interface Derivatives {
  /** The outputs times fixed random cotangents, summed. */
  readonly first: Slope;
  /** The gradients of that times fixed random vectors, summed. */
  readonly second: Slope;
}

/**
 * Compiles the function with its gradients: a point's derivatives are then one run. A point is the inputs and then the values of the variables;
 * `targets` are the places of its floats.
 */
export function differentiated(
  call: TensorFunction,
  {
    specs,
    variables,
    targets,
    backend,
    order,
    seed,
  }: {
    readonly specs: readonly HostArray[];
    readonly variables: readonly Variable[];
    readonly targets: readonly number[];
    readonly backend: Backend;
    readonly order: 1 | 2;
    readonly seed: number;
  },
): (point: readonly HostArray[]) => Promise<Derivatives> {
  const vectors = targets.map((at) => randomArray(specs[at]!.shape, seed + at));
  let cotangents: readonly HostArray[] = [];
  const run = compile(
    (...given: readonly Tensor[]) => {
      const inputs = given.slice(0, given.length - variables.length);
      variables.forEach((variable, at) => variable.assign(given[inputs.length + at]!));
      const outputs = [call(...inputs)].flat().filter(({ dtype }) => dtypes[dtype].class === "float");
      checkPrecision(outputs);
      cotangents = outputs.map(({ shape }, at) => randomArray(shape, seed + 100 + at));
      const wanted = targets.map((at) => inputs[at] ?? variables[at - inputs.length]!);
      const first = slopes(outputs, cotangents, wanted);
      return { outputs, first, second: order === 1 ? [] : slopes(first, vectors, wanted) };
    },
    { backend },
  );
  return async (point) => {
    const { outputs, first, second } = run(...point.map(asTensor));
    const [values, firsts, seconds] = await Promise.all(
      [outputs, first, second].map((list) => Promise.all(list.map(readArray))),
    );
    const places = targets.map((at) => point[at]!);
    return { first: slope(values!, cotangents, firsts!, places), second: slope(firsts!, vectors, seconds!, places) };
  };
}

/** The gradients of the sum of all products of `values` and `weights`. */
function slopes(
  values: readonly Tensor[],
  weights: readonly HostArray[],
  targets: readonly (Tensor | Variable)[],
): readonly Tensor[] {
  const products = values.map((value, at) => sum(mul(value, asTensor(weights[at]!))));
  return gradients(
    products.reduce((total, product) => total.add(product)),
    targets,
    { unused: "zeros" },
  );
}

function slope(
  values: readonly HostArray[],
  weights: readonly HostArray[],
  found: readonly HostArray[],
  places: readonly HostArray[],
): Slope {
  const size = dot(values, weights, Math.abs) + (found.length === 0 ? 0 : dot(found, places, Math.abs));
  return { value: dot(values, weights), size, gradients: found };
}

/** The sum of the products of all elements, or of what `of` makes of the products. */
function dot(
  a: readonly HostArray[],
  b: readonly HostArray[],
  of: (product: number) => number = (product) => product,
): number {
  let total = 0;
  a.forEach(({ data }, at) => {
    for (let place = 0; place < data.length; place++) total += of(data[place]! * b[at]!.data[place]!);
  });
  return total;
}

function randomArray(shape: HostArray["shape"], seed: number): HostArray {
  const random = randomSource(seed);
  return {
    shape,
    dtype: "float64",
    data: Array.from({ length: sizeOf(shape) }, () => 0.5 + random()),
  };
}

function checkPrecision(outputs: readonly Tensor[]): void {
  if (outputs.length === 0)
    throw new Error("gradientCheck: the function gives no float output, so it has no gradients");
  for (const { dtype } of outputs) {
    if (dtype !== "float64") {
      throw new Error(
        `gradientCheck: an output is ${dtype} although the inputs are float64; no differences can be taken of it, cast nothing inside`,
      );
    }
  }
}
