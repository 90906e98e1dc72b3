import { type Backend, type DType, type Kernel, kernelBackend, type Kernels, type View } from "@gradloom/core/backend";
import { fusedKernels } from "./fused-operations.ts";

type Numbers = readonly number[];

/** A backend as a third party writes one: every primitive as one naive loop. */
export function toyBackend(): Backend {
  return kernelBackend({ name: "toy", kernels: toyKernels });
}

/** The same, with kernels of its own for operations that have a meaning. */
export function toyBackendWithFusedKernels(): Backend {
  return kernelBackend({ name: "toy with fused kernels", kernels: toyKernels, operations: fusedKernels });
}

function numbersOf({ data, offset, size }: View): Numbers {
  return Array.from(data.subarray(offset, offset + size));
}

function store({ data, offset }: View, numbers: Numbers): void {
  for (let i = 0; i < numbers.length; i++) data[offset + i] = numbers[i]!;
}

/** y[i] = formula(a[i], b[i], ...) */
function each(formula: (a: number, b: number, c: number, dtype: DType) => number): Kernel<unknown> {
  return (inputs, [y]) => {
    const [a, b = a, c = b] = inputs.map(numbersOf) as [Numbers, Numbers?, Numbers?];
    store(
      y!,
      a.map((value, i) => formula(value, b![i]!, c![i]!, inputs[0]!.dtype)),
    );
  };
}

/** Works on one lane of [outer, length, inner] at a time: the numbers of the inputs along the axis give those of the outputs. */
function lanes<Attributes>(
  compute: (lanes: readonly Numbers[], attributes: Attributes) => readonly Numbers[],
): Kernel<Attributes> {
  return (inputs, outputs, attributes) => {
    const outer = inputs[0]!.shape[0]!;
    const inner = inputs[0]!.shape.at(-1)!;
    const lists = inputs.map(numbersOf);
    for (let lane = 0; lane < outer * inner; lane++) {
      const start = (length: number): number => Math.floor(lane / inner) * length * inner + (lane % inner);
      const taken = lists.map((list) => {
        const length = list.length / (outer * inner);
        return Array.from({ length }, (_, i) => list[start(length) + i * inner]!);
      });
      compute(taken, attributes).forEach((numbers, k) => {
        const { data, offset } = outputs[k]!;
        numbers.forEach((value, i) => (data[offset + start(numbers.length) + i * inner] = value));
      });
    }
  };
}

/** y[i, j, ...] = x[source of (i, j, ...)] */
function from<Attributes>(source: (place: Numbers, x: View, attributes: Attributes) => Numbers): Kernel<Attributes> {
  return ([x], [y], attributes) => {
    for (let i = 0; i < y!.size; i++) {
      const place: number[] = [];
      for (let axis = y!.shape.length - 1, rest = i; axis >= 0; axis--) {
        place[axis] = rest % y!.shape[axis]!;
        rest = Math.floor(rest / y!.shape[axis]!);
      }
      const at = source(place, x!, attributes).reduce((flat, position, axis) => flat * x!.shape[axis]! + position, 0);
      y!.data[y!.offset + i] = x!.data[x!.offset + at]!;
    }
  };
}

const isInteger = (dtype: DType): boolean => dtype === "int32" || dtype === "uint32";
const larger = (a: number, b: number): number => (a >= b || Number.isNaN(a) ? a : b);
const total = (numbers: Numbers): number => numbers.reduce((sum, value) => sum + value, 0);
const clamp = (index: number, length: number): number => Math.max(0, Math.min(index, length - 1));
const power = (a: number, b: number): number =>
  a === 1 || (a === -1 && !Number.isFinite(b) && !Number.isNaN(b)) ? 1 : a ** b;
const bounds = { int32: [-0x80000000, 0x7fffffff], uint32: [0, 0xffffffff], uint8: [0, 0xff] };

function saturated(value: number, dtype: DType): number {
  if (!(dtype in bounds)) return value;
  const [least, most] = bounds[dtype as keyof typeof bounds] as [number, number];
  return Number.isNaN(value) ? 0 : Math.max(least, Math.min(value, most));
}

function erf(x: number): number {
  if (!(Math.abs(x) < 4)) return Math.sign(x);
  let term = x;
  let sum = x;
  for (let n = 1; n < 100; n++) {
    term *= (-x * x) / n;
    sum += term / (2 * n + 1);
  }
  return (2 / Math.sqrt(Math.PI)) * sum;
}

function threefry(key0: number, key1: number, counter: number, step: number): Numbers {
  const keys = [key0, key1, key0 ^ key1 ^ 0x1bd11bda];
  let [a, b] = [(counter + key0) | 0, (step + key1) | 0];
  for (let round = 0; round < 20; round++) {
    const turn = [13, 15, 26, 6, 17, 29, 16, 24][round % 8]!;
    a = (a + b) | 0;
    b = ((b << turn) | (b >>> (32 - turn))) ^ a;
    if (round % 4 !== 3) continue;
    const group = (round + 1) / 4;
    a = (a + keys[group % 3]!) | 0;
    b = (b + keys[(group + 1) % 3]! + group) | 0;
  }
  return [a >>> 0, b >>> 0];
}

/** Every primitive, once. */
export const toyKernels: Kernels = {
  neg: each((x) => -x),
  exp: each(Math.exp),
  expm1: each(Math.expm1),
  log: each(Math.log),
  log1p: each(Math.log1p),
  sqrt: each(Math.sqrt),
  sin: each(Math.sin),
  cos: each(Math.cos),
  tanh: each(Math.tanh),
  atan: each(Math.atan),
  erf: each(erf),
  floor: each(Math.floor),
  not: each((x) => Number(x === 0)),
  copy: each((x) => x),
  cast: ([x], [y], { dtype }) =>
    store(
      y!,
      numbersOf(x!).map((value) =>
        dtype === "bool" ? Number(value !== 0) : isInteger(x!.dtype) ? value : saturated(value, dtype),
      ),
    ),
  add: each((a, b) => a + b),
  sub: each((a, b) => a - b),
  mul: each((a, b, _, dtype) => (isInteger(dtype) ? Math.imul(a, b) : a * b)),
  div: each((a, b, _, dtype) => (isInteger(dtype) && b === 0 ? 0 : a / b)),
  pow: each((a, b, _, dtype) => saturated(power(a, b), dtype)),
  maximum: each(larger),
  minimum: each((a, b) => (a <= b || Number.isNaN(a) ? a : b)),
  less: each((a, b) => Number(a < b)),
  lessEqual: each((a, b) => Number(a <= b)),
  equal: each((a, b) => Number(a === b)),
  where: each((condition, a, b) => (condition === 0 ? b : a)),
  sum: lanes(([x]) => [[total(x!)]]),
  max: lanes(([x]) => [[x!.reduce(larger)]]),
  argMax: lanes(([x]) => [
    [x!.reduce((best, value, i) => (larger(x![best]!, value) === x![best] || Number.isNaN(x![best]) ? best : i), 0)],
  ]),
  cumsum: lanes(([x], { reverse }) => [x!.map((_, i) => total(reverse ? x!.slice(i).reverse() : x!.slice(0, i + 1)))]),
  sort: lanes(([x], { descending }) => {
    const order = x!.map((_, i) => i).sort((i, j) => (descending ? -1 : 1) * compare(x![i]!, x![j]!));
    return [order.map((i) => x![i]!), order];
  }),
  matmul: ([a, b], [y], { transposeA, transposeB }) => {
    const [batches, rows, columns] = y!.shape as [number, number, number];
    const inner = a!.shape[transposeA ? 1 : 2]!;
    for (let i = 0; i < y!.size; i++) {
      const [batch, row, column] = [Math.floor(i / (rows * columns)), Math.floor(i / columns) % rows, i % columns];
      const startA = a!.offset + (a!.shape[0] === batches ? batch : 0) * rows * inner;
      const startB = b!.offset + (b!.shape[0] === batches ? batch : 0) * inner * columns;
      let sum = 0;
      for (let k = 0; k < inner; k++) {
        const one = a!.data[startA + (transposeA ? k * rows + row : row * inner + k)]!;
        const other = b!.data[startB + (transposeB ? column * inner + k : k * columns + column)]!;
        sum = isInteger(y!.dtype) ? (sum + Math.imul(one, other)) | 0 : sum + one * other;
      }
      y!.data[y!.offset + i] = sum;
    }
  },
  broadcast: from((place, { shape }) => place.map((position, axis) => (shape[axis] === 1 ? 0 : position))),
  permute: from((place, _, { axes }) => axes.map((_axis, i) => place[axes.indexOf(i)]!)),
  slice: lanes(([x], { start, step, count }) => [Array.from({ length: count }, (_, i) => x![start + i * step]!)]),
  pad: lanes(([x], { start, step, total: length }) => {
    const y = new Array<number>(length).fill(0);
    x!.forEach((value, i) => (y[start + i * step] = value));
    return [y];
  }),
  concat: lanes((list) => [list.flat()]),
  split: lanes(([x], { sizes }) =>
    sizes.map((size, k) => x!.slice(total(sizes.slice(0, k)), total(sizes.slice(0, k)) + size)),
  ),
  flip: lanes(([x]) => [[...x!].reverse()]),
  gather: ([x, indices], outputs) =>
    lanes(([lane]) => [numbersOf(indices!).map((index) => lane![clamp(index, lane!.length)] ?? 0)])([x!], outputs, {}),
  scatterAdd: ([x, indices], outputs, { length }) =>
    lanes(([lane]) => {
      const y = new Array<number>(length).fill(0);
      numbersOf(indices!).forEach((index, i) => length > 0 && (y[clamp(index, length)]! += lane![i]!));
      return [y];
    })([x!], outputs, {}),
  windows: lanes(([x], { size, stride, dilation, count }) => [
    Array.from({ length: count * size }, (_, i) => x![Math.floor(i / size) * stride + (i % size) * dilation]!),
  ]),
  overlapAdd: ([x], outputs, { length, stride, dilation }) =>
    lanes(([lane]) => {
      const size = x!.shape[2]!;
      const y = new Array<number>(length).fill(0);
      lane!.forEach((value, i) => (y[Math.floor(i / size) * stride + (i % size) * dilation]! += value));
      return [y];
    })([x!], outputs, {}),
  randomBits: ([key, step], [y]) => {
    const [key0, key1] = numbersOf(key!) as [number, number];
    const blocks = Array.from({ length: Math.ceil(y!.size / 2) }, (_, j) =>
      threefry(key0, key1, j, numbersOf(step!)[0]!),
    );
    store(y!, blocks.flat().slice(0, y!.size));
  },
  iota: (_, [y]) =>
    store(
      y!,
      Array.from({ length: y!.size }, (__, i) => i),
    ),
};

function compare(a: number, b: number): number {
  return a < b ? -1 : a > b ? 1 : a === b ? 0 : Number(Number.isNaN(a)) - Number(Number.isNaN(b));
}
