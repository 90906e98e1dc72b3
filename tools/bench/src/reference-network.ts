import type { Arrays, NumberArray } from "./arrays.ts";

/** Dense layers with one activation between them, and Adam on the whole batch. */
interface Network {
  readonly layers: number;
  readonly activation: Slope;
  readonly loss: LossOfOutput;
  readonly learningRate: number;
}

/** A function of one number, and its derivative told from the function's value. */
interface Slope {
  value(x: number): number;
  slope(y: number): number;
}

/** The mean loss of outputs [batch, columns]; writes its gradient over them. */
type LossOfOutput = (output: Float64Array, columns: number) => number;

export const relu: Slope = { value: (x) => Math.max(x, 0), slope: (y) => (y > 0 ? 1 : 0) };
export const tanh: Slope = { value: Math.tanh, slope: (y) => 1 - y * y };

/** Cross-entropy of softmax with class numbers. */
export function softmaxCrossEntropy(labels: ArrayLike<number>): LossOfOutput {
  return (output, columns) => {
    let loss = 0;
    for (let row = 0; row < labels.length; row++) {
      const logits = output.subarray(row * columns, (row + 1) * columns);
      const largest = Math.max(...logits);
      const powers = logits.map((logit) => Math.exp(logit - largest));
      const total = powers.reduce((a, b) => a + b);
      loss += (Math.log(total) + largest - logits[labels[row]!]!) / labels.length;
      powers.forEach((power, at) => (logits[at] = (power / total - (at === labels[row] ? 1 : 0)) / labels.length));
    }
    return loss;
  };
}

/** Mean squared error of the logistic function of outputs. */
export function sigmoidMeanSquaredError(targets: ArrayLike<number>): LossOfOutput {
  return (output) => {
    let loss = 0;
    for (let at = 0; at < output.length; at++) {
      const y = 1 / (1 + Math.exp(-output[at]!));
      const apart = y - targets[at]!;
      loss += apart ** 2 / output.length;
      output[at] = (2 / output.length) * apart * y * (1 - y);
    }
    return loss;
  };
}

interface Factor {
  readonly data: ArrayLike<number>;
  readonly transposed?: boolean;
}

/** a b in float64: [rows, inner] x [inner, columns], either stored transposed. */
function product(a: Factor, b: Factor, rows: number, inner: number, columns: number): Float64Array {
  const result = new Float64Array(rows * columns);
  for (let row = 0; row < rows; row++) {
    for (let step = 0; step < inner; step++) {
      const factor = a.data[a.transposed ? step * rows + row : row * inner + step]!;
      const start = b.transposed ? step : step * columns;
      const stride = b.transposed ? inner : 1;
      for (let column = 0; column < columns; column++)
        result[row * columns + column]! += factor * b.data[start + column * stride]!;
    }
  }
  return result;
}

function sumOfRows(data: Float64Array, columns: number): Float64Array {
  const sums = new Float64Array(columns);
  data.forEach((value, at) => (sums[at % columns]! += value));
  return sums;
}

/** What the layers `kernel0`, `bias0`, … make of `x`, a batch or one sample. */
export function referenceOutput(
  arrays: Arrays,
  { layers, activation }: Pick<Network, "layers" | "activation">,
): Float64Array {
  const { shapes, parameters } = layersOf(arrays, layers);
  return forward(arrays["x"]!, shapes, parameters, activation).at(-1)!;
}

/** The losses of the first steps, each before its update, with layers `kernel0`, `bias0`, … on `x`: plain float64 loops. */
export function referenceLosses(arrays: Arrays, steps: number, network: Network): number[] {
  const { layers, loss } = network;
  const { shapes, parameters } = layersOf(arrays, layers);
  const update = adam(parameters, network.learningRate);
  return Array.from({ length: steps }, (_, step) => {
    const values = forward(arrays["x"]!, shapes, parameters, network.activation);
    const value = loss(values.at(-1)!, shapes.at(-1)![1]);
    update(step + 1, backward(values, shapes, parameters, network.activation));
    return value;
  });
}

/** The shapes of the kernels; kernel, bias, kernel, bias, … */
function layersOf(arrays: Arrays, layers: number) {
  const shapes = Array.from({ length: layers }, (_, at) => arrays[`kernel${at}`]!.shape as readonly [number, number]);
  const parameters = shapes.flatMap((_, at) => [wide(arrays[`kernel${at}`]!), wide(arrays[`bias${at}`]!)]);
  return { shapes, parameters };
}

function wide({ data }: NumberArray): Float64Array {
  return Float64Array.from(data);
}

/** The input and the values of every layer. */
function forward(
  x: NumberArray,
  shapes: readonly (readonly [number, number])[],
  parameters: readonly Float64Array[],
  activation: Slope,
): Float64Array[] {
  const values = [wide(x)];
  shapes.forEach(([inner, columns], layer) => {
    const below = values.at(-1)!;
    const y = product({ data: below }, { data: parameters[2 * layer]! }, below.length / inner, inner, columns);
    const shift = parameters[2 * layer + 1]!;
    const last = layer === shapes.length - 1;
    values.push(
      y.map((value, at) => (last ? value + shift[at % columns]! : activation.value(value + shift[at % columns]!))),
    );
  });
  return values;
}

/** The gradients of all parameters; the last of the values holds the gradient of the output. */
function backward(
  values: readonly Float64Array[],
  shapes: readonly (readonly [number, number])[],
  parameters: readonly Float64Array[],
  activation: Slope,
): Float64Array[] {
  const gradients: Float64Array[] = [];
  let arriving = values.at(-1)!;
  for (let layer = shapes.length - 1; layer >= 0; layer--) {
    const [inner, columns] = shapes[layer]!;
    const batch = arriving.length / columns;
    const below = values[layer]!;
    const kernel = product({ data: below, transposed: true }, { data: arriving }, inner, batch, columns);
    gradients.unshift(kernel, sumOfRows(arriving, columns));
    if (layer === 0) break;
    const weights = { data: parameters[2 * layer]!, transposed: true };
    arriving = product({ data: arriving }, weights, batch, columns, inner);
    arriving.forEach((value, at) => (arriving[at] = value * activation.slope(below[at]!)));
  }
  return gradients;
}

/** Kingma & Ba 2015, algorithm 1. */
function adam(parameters: readonly Float64Array[], learningRate: number) {
  const means = parameters.map(({ length }) => new Float64Array(length));
  const squares = parameters.map(({ length }) => new Float64Array(length));
  return (count: number, gradients: readonly Float64Array[]): void => {
    parameters.forEach((parameter, which) => {
      const [mean, square, gradient] = [means[which]!, squares[which]!, gradients[which]!];
      for (let at = 0; at < parameter.length; at++) {
        mean[at] = 0.9 * mean[at]! + 0.1 * gradient[at]!;
        square[at] = 0.999 * square[at]! + 0.001 * gradient[at]! ** 2;
        const root = Math.sqrt(square[at]! / (1 - 0.999 ** count)) + 1e-8;
        parameter[at]! -= (learningRate * (mean[at]! / (1 - 0.9 ** count))) / root;
      }
    });
  };
}
