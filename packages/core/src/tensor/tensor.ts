import { GradloomError, show } from "../errors/gradloom-error.ts";
import { madeBy, thisCopy } from "../errors/two-cores.ts";
import { commit, readWhileTracing } from "./commit.ts";
import type { Buffer, Device } from "./device.ts";
import { type DType, type TypedArray, dtypes } from "./dtype.ts";
import { nested, type NestedArray } from "./nested-array.ts";
import type { Operation, TensorSpec } from "./operation.ts";
import { Printed } from "./printed.ts";
import { type Shape, sizeOf } from "./shape.ts";
import { refuseLeaked, type TraceScope } from "./trace-scope.ts";
import type { Variable } from "./variable.ts";

/** A tensor or a number that takes the dtype of the tensor it meets. */
export type Operand = Tensor | number;

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
  lent: boolean;
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
  scope: TraceScope | undefined;
  /** Whether another node takes an output of it. */
  consumed: boolean;
  /** A gradient rule of its own, instead of the operation's. */
  backward: Operation["grad"] | undefined;
  /** Marks of the walk that visited it last. */
  stamp: number;
  place: number;
}

/**
 * A node of the computational graph: building one checks shapes and dtypes and computes nothing. Its numbers never change and come
 * with `await data()`. Arithmetic is elementwise with NumPy's broadcasting; everything else is a function.
 */
export abstract class Tensor extends Printed implements TensorSpec {
  /** The copy of this package that made it. @internal */
  get [madeBy](): object {
    return thisCopy;
  }
  readonly dtype: DType;
  readonly shape: Shape;
  readonly node: Node;
  /** Which output of the node it is. */
  readonly output: number;
  /** Set once its numbers are known. */
  storage: Storage | undefined;

  constructor(node: Node, shape: Shape, dtype: DType) {
    super();
    this.node = node;
    this.output = node.outputs.length;
    this.shape = shape;
    this.dtype = dtype;
    this.storage = undefined;
    node.outputs.push(this);
  }

  /** A tensor of the same class for another node. */
  abstract like(node: Node, spec: TensorSpec): Tensor;

  abstract add(other: Operand): Tensor;
  abstract sub(other: Operand): Tensor;
  abstract mul(other: Operand): Tensor;
  abstract div(other: Operand): Tensor;
  abstract pow(other: Operand): Tensor;
  abstract neg(): Tensor;
  abstract equal(other: Operand): Tensor;
  abstract less(other: Operand): Tensor;
  abstract lessEqual(other: Operand): Tensor;
  abstract greater(other: Operand): Tensor;
  abstract greaterEqual(other: Operand): Tensor;
  abstract sum(options?: ReduceOptions): Tensor;
  abstract mean(options?: ReduceOptions): Tensor;
  abstract max(options?: ReduceOptions): Tensor;
  abstract reshape(shape: Shape): Tensor;
  abstract transpose(axes?: readonly number[]): Tensor;
  abstract matmul(other: Tensor): Tensor;
  abstract slice(starts: readonly number[], ends?: readonly number[], steps?: readonly number[]): Tensor;
  abstract cast(dtype: DType): Tensor;

  /** Number of axes. */
  get rank(): number {
    return this.shape.length;
  }

  /** How many numbers it holds. */
  get size(): number {
    return sizeOf(this.shape);
  }

  /** Its numbers, row by row, in a fresh typed array. Computes what is pending. */
  async data(): Promise<TypedArray> {
    const storage = this.computed();
    return storage.kind === "device" ? storage.device.read(storage.buffer) : hostNumbers(storage, this.dtype);
  }

  /** Its numbers in nested arrays, as `tensor` takes them: a number for shape [], booleans for bool. */
  async array(): Promise<NestedArray> {
    return nested(await this.data(), this);
  }

  /** Its numbers at once; an error on backends that cannot wait. */
  dataSync(): TypedArray {
    const storage = this.computed();
    return storage.kind === "device" ? storage.device.readSync(storage.buffer) : hostNumbers(storage, this.dtype);
  }

  /** The number of a tensor that holds one. */
  async item(): Promise<number> {
    if (this.size !== 1) {
      throw new GradloomError(
        "item-size",
        `item: the tensor must hold one number, ${show(this.shape)} holds ${this.size}; reduce it or use data()`,
      );
    }
    return (await this.data())[0]!;
  }

  toString(): string {
    return `Tensor(${this.dtype} ${show(this.shape)})`;
  }

  private computed(): Exclude<Storage, { kind: "parameter" }> {
    refuseLeaked("data", this, undefined);
    if (this.storage === undefined) commit([this]);
    const storage = this.storage as Storage | undefined;
    if (storage === undefined || storage.kind === "parameter") throw readWhileTracing();
    return storage;
  }
}

function hostNumbers(storage: Extract<Storage, { kind: "number" }> | HostStorage, dtype: DType): TypedArray {
  return storage.kind === "number" ? new dtypes[dtype].array([storage.value]) : storage.data.slice();
}

/** Which axes to reduce (all if left out) and whether they stay with size 1. */
export interface ReduceOptions {
  readonly axis?: number | readonly number[];
  readonly keepDims?: boolean;
}
