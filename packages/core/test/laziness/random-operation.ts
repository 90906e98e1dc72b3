import {
  add,
  argMax,
  atan,
  broadcastTo,
  cast,
  checkpoint,
  concat,
  constant,
  cos,
  cumsum,
  customGradient,
  div,
  equal,
  erf,
  exp,
  expm1,
  flip,
  floor,
  full,
  gather,
  greater,
  less,
  lessEqual,
  log,
  log1p,
  logicalNot,
  logSumExp,
  matmul,
  max,
  maximum,
  mean,
  minimum,
  mul,
  neg,
  norm,
  pow,
  prod,
  randomKey,
  randomUniform,
  reshape,
  scan,
  sigmoid,
  sin,
  slice,
  softmax,
  softplus,
  sort,
  split,
  sqrt,
  stopGradient,
  sub,
  sum,
  tanh,
  tensor,
  transpose,
  truncatedDiv,
  variance,
  where,
  type DType,
  type Operand,
  type Tensor,
} from "@gradloom/core";
import { canMeet, type Choices } from "./choices.ts";
import { centered, scaled } from "./fused-operations.ts";

/** Builds one or more tensors from what there is. */
type RandomOperation = (choose: Choices) => readonly Tensor[];

const dtypes: readonly DType[] = ["float32", "float64", "int32", "uint32", "bool", "float32", "uint8"];
const shapes = [[2, 3], [3], [], [2, 1], [3, 2], [1, 3], [2, 2, 3], [0, 3], [1100]];
const largest = 4500;

const unary = [neg, exp, expm1, log, log1p, sqrt, sin, cos, tanh, atan, erf, floor, logicalNot];
const binary = [add, sub, mul, div, pow, maximum, minimum, less, lessEqual, equal, greater, add, mul];

/** The other operand: a tensor that fits, often itself, or a number. */
function partner(choose: Choices, x: Tensor): Operand {
  return (choose.below(4) === 0 ? undefined : choose.fitting((other) => canMeet(x, other))) ?? choose.number();
}

/** Each tensor, or a part of it if it has grown too large. */
function bounded(tensors: readonly Tensor[]): readonly Tensor[] {
  return tensors.map((x) => (x.size > largest || x.rank > 4 ? slice(reshape(x, [-1]), [0], [6]) : x));
}

const combine: RandomOperation = (choose) => {
  const x = choose.tensor();
  const other = partner(choose, x);
  return [
    choose.below(2) === 0 || typeof other === "number" ? choose.one(binary)(x, other) : choose.one(binary)(other, x),
  ];
};

const leaf: RandomOperation = (choose) => {
  const shape = choose.one(shapes);
  const dtype = choose.one(dtypes);
  if (choose.below(4) === 0) return [full(shape, choose.number(), dtype === "bool" ? "float32" : dtype)];
  return [tensor(choose.data(shape), { shape, dtype })];
};

const product: RandomOperation = (choose) => {
  const a = choose.float();
  const b = choose.fitting(
    (other) =>
      other.dtype === a.dtype && a.rank > 0 && other.rank > 0 && (other.shape.at(-2) ?? other.size) === a.shape.at(-1),
  );
  if (b !== undefined) return [matmul(a, b)];
  return a.rank < 2 ? [mul(a, a)] : [matmul(a, a, choose.below(2) === 0 ? { transposeA: true } : { transposeB: true })];
};

const reduction: RandomOperation = (choose) => {
  const x = choose.tensor();
  const options = { keepDims: choose.below(2) === 0, ...(choose.below(3) === 0 ? {} : { axis: choose.axes(x) }) };
  if (choose.below(5) === 0)
    return [argMax(x, choose.below(2) === 0 || x.rank === 0 ? {} : { axis: choose.below(x.rank) })];
  return [choose.one([sum, mean, max, sum])(x, options)];
};

const reshaped: RandomOperation = (choose) => {
  const x = choose.tensor();
  const to = choose.one([
    [-1],
    [...x.shape].reverse(),
    [1, ...x.shape],
    [...x.shape, 1],
    x.shape.slice(1).concat(x.shape.slice(0, 1)),
  ]);
  return [reshape(x, x.size === 0 && to.includes(-1) ? [0] : to)];
};

const cut: RandomOperation = (choose) => {
  const x = choose.tensor();
  const starts = x.shape.map(() => choose.below(7) - 3);
  return [
    slice(
      x,
      starts,
      choose.below(2) === 0 ? [] : x.shape.map(() => choose.below(9) - 3),
      x.shape.map(() => choose.one([1, 1, 2, -1, -2])),
    ),
  ];
};

const parts: RandomOperation = (choose) => {
  const x = choose.fitting(({ rank }) => rank > 0) ?? reshape(choose.tensor(), [1]);
  const axis = choose.below(x.rank);
  const at = choose.below(x.shape[axis]! + 1);
  return split(x, [at, x.shape[axis]! - at], axis);
};

const joined: RandomOperation = (choose) => {
  const x = choose.fitting(({ rank }) => rank > 0) ?? reshape(choose.tensor(), [1]);
  const axis = choose.below(x.rank);
  const fits = (other: Tensor): boolean =>
    other.dtype === x.dtype &&
    other.rank === x.rank &&
    other.shape.every((size, at) => at === axis || size === x.shape[at]);
  return [concat([x, choose.fitting(fits) ?? x, x].slice(choose.below(2)), axis)];
};

/** A loop whose body reads a tensor from outside. */
const looped: RandomOperation = (choose) => {
  const x = choose.fitting(({ rank, dtype }) => rank > 0 && dtype === "float32") ?? full([2], 0.5);
  const outside = choose.fitting(({ dtype, size }) => dtype === "float32" && size === 1) ?? full([], 0.5);
  const factor = reshape(outside, []);
  const { carry, output } = scan(
    ([before], [row]) => {
      const next = add(mul(before!, factor), sum(row!));
      return { carry: [next], output: [tanh(next), mul(row!, before!)] };
    },
    { initial: [factor], sequences: [x], reverse: choose.below(2) === 0 },
  );
  return [...carry, ...output];
};

const all: readonly RandomOperation[] = [
  leaf,
  combine,
  combine,
  combine,
  combine,
  (choose) => [choose.one(unary)(choose.tensor())],
  (choose) => [choose.one(unary)(choose.float())],
  (choose) => {
    const a = choose.tensor();
    return [
      where(
        choose.fitting((condition) => condition.dtype === "bool" && canMeet(a, condition)) ?? greater(a, 0),
        a,
        partner(choose, a),
      ),
    ];
  },
  (choose) => [
    truncatedDiv(
      choose.fitting(({ dtype }) => dtype === "int32") ?? cast(choose.tensor(), "int32"),
      choose.one([2, 3, -1, 0]),
    ),
  ],
  (choose) => [cast(choose.tensor(), choose.one(dtypes))],
  reshaped,
  (choose) => {
    const x = choose.tensor();
    const turn = choose.below(Math.max(1, x.rank));
    return [transpose(x, choose.below(2) === 0 ? undefined : x.shape.map((_, axis) => (axis + turn) % x.rank))];
  },
  cut,
  parts,
  joined,
  (choose) => {
    const x = choose.fitting(({ rank }) => rank > 0) ?? reshape(choose.tensor(), [1]);
    return [flip(x, choose.below(x.rank))];
  },
  (choose) => {
    const x = choose.tensor();
    return [
      broadcastTo(x, [choose.one([1, 2]), ...x.shape.map((size) => (size === 1 ? choose.one([1, 2, 3]) : size))]),
    ];
  },
  product,
  reduction,
  reduction,
  looped,
  (choose) => [checkpoint((x: Tensor) => tanh(mul(x, exp(x))))(choose.float())],
  (choose) => [customGradient((x: Tensor) => ({ value: mul(x, x), gradient: (dy) => [mul(dy, 3)] }))(choose.float())],
  (choose) => [choose.one([stopGradient, softplus, sigmoid, sort])(choose.float())],
  (choose) => [mul(choose.float(), constant(choose.data([3])))],
  (choose) => [randomUniform(randomKey(choose.below(5)), choose.one(shapes))],
  (choose) => [choose.one([prod, norm, variance, logSumExp])(choose.float())],
  (choose) => {
    const x = choose.fitting(({ rank, dtype }) => rank > 0 && dtype !== "uint8") ?? full([2], 0.5);
    const axis = choose.below(x.rank);
    return [choose.below(2) === 0 ? softmax(x, { axis }) : cumsum(x, { axis, reverse: choose.below(2) === 0 })];
  },
  (choose) => {
    const x = choose.fitting(({ rank, shape }) => rank > 0 && shape[0]! > 0) ?? full([2], 0.5);
    const last = x.shape[0]! - 1;
    return [gather(x, tensor(new Int32Array([choose.below(last + 1), last, 0])))];
  },
  (choose) => [scaled(choose.float(), choose.number())],
  (choose) => centered(choose.float()),
];

/** Builds something at random. */
export const randomOperation: RandomOperation = (choose) => bounded(choose.one(all)(choose));
