import { GradloomError, show } from "../errors/gradloom-error.ts";
import { madeBy, thisCopy } from "../errors/two-cores.ts";
import { commit, readWhileTracing } from "./commit.ts";
import { type DType, dtypes, type TypedArray } from "./dtype.ts";
import type { NestedArray, Node, Storage, Tensor as Interface, TensorMethods, TensorSpec } from "./graph.ts";
import { nested } from "./nested-array.ts";
import { Printed } from "./printed.ts";
import { refuseLeaked } from "./refuse-leaked.ts";
import { type Shape, sizeOf } from "./shape.ts";

/** The class of `Tensor` in graph.ts. The methods that build nodes are defined by whoever makes the first tensor (`ensureMethods`). */
export class Tensor extends Printed implements Interface {
  /** The copy of this package that made it. @internal */
  get [madeBy](): object {
    return thisCopy;
  }
  readonly node: Node;
  readonly output: number;
  readonly shape: Shape;
  readonly dtype: DType;
  storage: Storage | undefined;

  declare readonly add: TensorMethods["add"];
  declare readonly sub: TensorMethods["sub"];
  declare readonly mul: TensorMethods["mul"];
  declare readonly div: TensorMethods["div"];
  declare readonly pow: TensorMethods["pow"];
  declare readonly neg: TensorMethods["neg"];
  declare readonly equal: TensorMethods["equal"];
  declare readonly less: TensorMethods["less"];
  declare readonly lessEqual: TensorMethods["lessEqual"];
  declare readonly greater: TensorMethods["greater"];
  declare readonly greaterEqual: TensorMethods["greaterEqual"];
  declare readonly sum: TensorMethods["sum"];
  declare readonly mean: TensorMethods["mean"];
  declare readonly max: TensorMethods["max"];
  declare readonly reshape: TensorMethods["reshape"];
  declare readonly transpose: TensorMethods["transpose"];
  declare readonly matmul: TensorMethods["matmul"];
  declare readonly slice: TensorMethods["slice"];
  declare readonly cast: TensorMethods["cast"];

  constructor(node: Node, { shape, dtype }: TensorSpec) {
    super();
    this.node = node;
    this.output = node.outputs.length;
    this.shape = shape;
    this.dtype = dtype;
    this.storage = undefined;
    node.outputs.push(this);
  }

  get rank(): number {
    return this.shape.length;
  }

  get size(): number {
    return sizeOf(this.shape);
  }

  async data(): Promise<TypedArray> {
    const storage = computed(this);
    return storage.kind === "device" ? storage.device.read(storage.buffer) : hostNumbers(storage, this.dtype);
  }

  async array(): Promise<NestedArray> {
    return nested(await this.data(), this);
  }

  dataSync(): TypedArray {
    const storage = computed(this);
    return storage.kind === "device" ? storage.device.readSync(storage.buffer) : hostNumbers(storage, this.dtype);
  }

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
}

type Computed = Exclude<Storage, { kind: "parameter" }>;

function computed(tensor: Tensor): Computed {
  refuseLeaked("data", tensor, undefined);
  if (tensor.storage === undefined) commit([tensor]);
  const storage = tensor.storage as Storage | undefined;
  if (storage === undefined || storage.kind === "parameter") throw readWhileTracing();
  return storage;
}

function hostNumbers(storage: Exclude<Computed, { kind: "device" }>, dtype: DType): TypedArray {
  return storage.kind === "number" ? new dtypes[dtype].array([storage.value]) : storage.data.slice();
}
