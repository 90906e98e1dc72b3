import type { madeBy } from "../errors/two-cores.ts";
import type { DType, TypedArray } from "./dtype.ts";
import type { Primitives } from "./primitives.ts";
import type { Printed } from "./printed.ts";
import type { Shape } from "./shape.ts";

/** Shape and dtype of a tensor; a Tensor is its own spec. */
export interface TensorSpec {
  readonly shape: Shape;
  readonly dtype: DType;
}

/** Numbers in nested arrays, all rows of one length. */
export type NestedArray = number | boolean | readonly NestedArray[];

/** A tensor or a number that takes the dtype of the tensor it meets. */
export type Operand = Tensor | number;

/** Which axes to reduce (all if left out) and whether they stay with size 1. */
export interface ReduceOptions {
  readonly axis?: number | readonly number[];
  readonly keepDims?: boolean;
}

/** What builds a node on a tensor, as its methods: each is the function of its name. */
export interface TensorMethods {
  add(other: Operand): Tensor;
  sub(other: Operand): Tensor;
  mul(other: Operand): Tensor;
  div(other: Operand): Tensor;
  pow(other: Operand): Tensor;
  neg(): Tensor;
  equal(other: Operand): Tensor;
  less(other: Operand): Tensor;
  lessEqual(other: Operand): Tensor;
  greater(other: Operand): Tensor;
  greaterEqual(other: Operand): Tensor;
  sum(options?: ReduceOptions): Tensor;
  mean(options?: ReduceOptions): Tensor;
  max(options?: ReduceOptions): Tensor;
  reshape(shape: Shape): Tensor;
  transpose(axes?: readonly number[]): Tensor;
  matmul(other: Tensor): Tensor;
  slice(starts: readonly number[], ends?: readonly number[], steps?: readonly number[]): Tensor;
  cast(dtype: DType): Tensor;
}

/**
 * A node of the computational graph: building one checks shapes and dtypes and computes nothing. Its numbers never change and come
 * with `await data()`. Arithmetic is elementwise with NumPy's broadcasting; everything else is a function.
 */
export interface Tensor extends TensorSpec, TensorMethods, Printed {
  /** The copy of this package that made it. @internal */
  readonly [madeBy]: object;
  readonly node: Node;
  /** Which output of the node it is. */
  readonly output: number;
  /** Set once its numbers are known. */
  storage: Storage | undefined;
  /** Number of axes. */
  readonly rank: number;
  /** How many numbers it holds. */
  readonly size: number;

  /** Its numbers, row by row, in a fresh typed array. Computes what is pending. */
  data(): Promise<TypedArray>;
  /** Its numbers in nested arrays, as `tensor` takes them: a number for shape [], booleans for bool. */
  array(): Promise<NestedArray>;
  /** Its numbers at once; an error on backends that cannot wait. */
  dataSync(): TypedArray;
  /** The number of a tensor that holds one. */
  item(): Promise<number>;
}

/** Numbers that need no computing: given by the host, computed earlier, or a place to be filled at each run. */
export type Storage =
  | { readonly kind: "number"; readonly value: number }
  | HostStorage
  | DeviceStorage
  | { readonly kind: "parameter"; readonly index: number; readonly number: boolean };

/** Numbers from the host. Constants are part of every program that uses them; others are given to it when it runs. */
interface HostStorage {
  readonly kind: "host" | "constant";
  readonly data: TypedArray;
  /** Of a constant's data, known once a structural key needed it. */
  hash?: number;
  buffer?: Buffer;
  device?: Device;
}

/** A computed value. While it is the current value of a variable, `buffer` is the variable's own memory. */
export interface DeviceStorage {
  readonly kind: "device";
  readonly device: Device;
  buffer: Buffer;
  /** The variable whose current value it is. */
  owner: Variable | undefined;
  /** A tensor outside the library's own work may refer to it, so it must survive the variable's next value. */
  escaped: boolean;
}

/** One application of an operation. Leaves have no inputs and a storage on their tensor. */
export interface Node {
  readonly id: number;
  readonly operation: Operation;
  readonly attributes: object;
  /** Emptied when the history ends, see commit. */
  inputs: readonly Tensor[];
  readonly outputs: Tensor[];
  /** Where it must run, known as soon as an input lives somewhere. */
  device: Device | undefined;
  /** The innermost traced function whose parameters it is made of. */
  scope: Scope | undefined;
  /** Whether another node takes an output of it. */
  consumed: boolean;
  /** A gradient rule of its own, instead of the operation's. */
  backward: Operation["grad"] | undefined;
  /** Marks of the walk that visited it last. */
  stamp: number;
  place: number;
}

/** A cell that holds an immutable value; `assign` puts another value in, and tensors built from the old one keep meaning it. */
export interface Variable extends TensorSpec, Printed {
  /** What errors and files call it. */
  readonly name: string;
  /** Its value as a graph node, without history. Read `value` instead. */
  current: Tensor;
  device: Device | undefined;
  /** Where its computed value is. */
  storage: DeviceStorage | undefined;
  /** Whether a tensor outside the library's own work may refer to `current`. */
  escaped: boolean;
  /** The value it has now. */
  readonly value: Tensor;
  /** The node that stands for its value where the work in progress is done. */
  node(): Tensor;
  /** Puts another value of the same shape and dtype in. */
  assign(value: Tensor): void;
  /** The numbers of its value. */
  data(): Promise<TypedArray>;
}

/** What a traced function made of a cell that was there before it. */
export interface CellUse {
  /** Stands for the value that the cell has when the function is entered. */
  readonly parameter: Tensor;
  value: Tensor;
  written: boolean;
}

/** A function while it is traced, as the graph that is built inside it knows it. */
export interface Scope {
  readonly name: string;
  readonly parent: Scope | undefined;
  readonly depth: number;
  /** Whether the function is being traced, or its graph is being lowered. */
  isOpen: boolean;
  /** The steps of the open loops, outermost first, uint32 [1] each. */
  steps(): readonly Tensor[];
  /** What it makes of a cell. */
  use(cell: TensorSpec): CellUse;
}

/** A graph inside an operation, as plain data: results built from parameters and nothing else. */
export interface Graph {
  readonly parameters: readonly Tensor[];
  readonly results: readonly Tensor[];
  readonly goals: readonly Goal[];
  /** Runs work that builds on the parameters themselves. */
  within<Result>(work: () => Result): Result;
}

/**
 * A loop as one operation. Inputs: the first carries, the sequences [length, ...], the invariants. The body takes carries, one slice of each
 * sequence, and invariants; it gives the next carries and one slice of each output. Outputs: the last carries, the outputs [length, ...],
 * and, if there are histories, the carries that each step was given, [length, ...].
 */
export interface LoopAttributes<Body = Graph> {
  readonly body: Body;
  readonly length: number;
  readonly carries: number;
  readonly sequences: number;
  /** From the last slice to the first. */
  readonly reverse: boolean;
  /** Whether the carries of all steps are outputs. */
  readonly histories: boolean;
}

/** Numbers that a backend holds; only that backend looks inside. */
export interface Buffer {
  readonly bytes: number;
}

/** A value to compute and where to put it: into a variable's own memory, or kept for whoever holds the tensor. */
export interface Goal {
  readonly tensor: Tensor;
  readonly variable?: Variable;
  /** Whether a tensor that someone may hold refers to the variable's new value. */
  readonly seen?: boolean;
}

/** A backend at work: its memory, its cached programs. Every value that was computed belongs to one. */
export interface Device {
  readonly name: string;
  /** Computes the goals in one program. */
  evaluate(goals: readonly Goal[]): void;
  read(buffer: Buffer): Promise<TypedArray>;
  readSync(buffer: Buffer): TypedArray;
  /** What to wait for before another step. */
  drained(): Promise<void> | undefined;
}

/** What a gradient rule sees. */
export interface GradientContext<Attributes> {
  readonly inputs: readonly Tensor[];
  readonly outputs: readonly Tensor[];
  readonly attributes: Attributes;
  /** The gradient that arrives at each output; `undefined` where nothing depends on it. */
  readonly incoming: readonly (Tensor | undefined)[];
}

/**
 * One entry per input: builds the gradient of that input, or null where none flows. Entries are built only when asked for, so nothing
 * is computed for inputs that need no gradient.
 */
export type InputGradients = readonly ((() => Tensor) | null)[];

/** A value that says what comes out of it and what it is to the program. Attributes are plain data, typed arrays or subgraphs. */
export interface Operation<Attributes = object> {
  readonly name: string;
  /** Tells operations apart in structural keys. */
  readonly id: number;
  /** Shapes and dtypes of the outputs; throws where the inputs do not fit. */
  infer(inputs: readonly TensorSpec[], attributes: Attributes): readonly TensorSpec[];
  /** How gradients flow back. */
  grad?(context: GradientContext<Attributes>): InputGradients;
  /** The meaning in terms of other operations; a primitive has none. */
  compose?(inputs: readonly Tensor[], attributes: Attributes): readonly Tensor[];
  readonly traits: Traits;
}

/** What the program may know of an operation, so that it never asks for names. */
export interface Traits {
  /** The kernel of core's table that computes it; without one, a primitive runs where a backend was given a kernel for this very operation. */
  readonly kernel?: keyof Primitives;
  /** Every output element comes from the elements of the same place, inputs stretched to the output's shape. */
  readonly elementwise?: boolean;
  /** Along the middle axis of [outer, length, inner], many numbers become one. */
  readonly reduction?: boolean;
  /** The output is the first input seen with another shape; nothing is computed. */
  readonly alias?: boolean;
  /** The output repeats the elements of the input along axes of size 1. */
  readonly broadcast?: boolean;
  /** No gradient flows through, so no search for one goes further. */
  readonly constant?: boolean;
  /** A number that leaves the other operand as it is: `x * 1`, `x / 1`, `x - 0`. */
  readonly neutral?: { readonly left?: number; readonly right?: number };
  /** The output is the first input, computed after the others; it never merges with work that does not wait for them. */
  readonly barrier?: boolean;
  /** The attributes are `LoopAttributes`, whose graph becomes a program that executors run in a loop. */
  readonly loop?: boolean;
  /** Which packages have kernels for it, by the target of backends: whoever lacks them is told so. */
  readonly kernels?: Readonly<Record<string, string>>;
  /** How many outputs are for users; those after them serve gradients. */
  visible?(attributes: object): number;
  /** Attributes that give fewer outputs, for which outputs someone reads; undefined if nothing can be saved. */
  trim?(
    attributes: object,
    used: readonly boolean[],
  ): { readonly attributes: object; readonly outputs: number } | undefined;
}
