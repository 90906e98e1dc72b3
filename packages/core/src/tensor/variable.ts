import { GradloomError, show } from "../errors/gradloom-error.ts";
import { commit, openFrame, rootFrame } from "./commit.ts";
import type { Device } from "./device.ts";
import type { DType, TypedArray } from "./dtype.ts";
import type { TensorSpec } from "./operation.ts";
import { sameShape, type Shape } from "./shape.ts";
import type { DeviceStorage, Tensor } from "./tensor.ts";

/** A cell that holds an immutable value; `assign` puts another value in, and tensors built from the old one keep meaning it. */
export class Variable implements TensorSpec {
  readonly shape: Shape;
  readonly dtype: DType;
  /** What errors and files call it. */
  readonly name: string;
  /** Its value as a graph node: a leaf once computed. Read `value` instead. */
  current: Tensor;
  device: Device | undefined;
  /** Where its computed value is. */
  storage: DeviceStorage | undefined;

  constructor(initial: Tensor, name: string, device: Device | undefined = initial.node.device) {
    this.shape = initial.shape;
    this.dtype = initial.dtype;
    this.name = name;
    this.current = initial;
    this.device = device;
    this.storage = undefined;
    rootFrame().assigned.set(this, { before: initial, seen: true });
  }

  /** The value it has now. */
  get value(): Tensor {
    if (this.storage !== undefined && !openFrame().hidden) this.storage.lent = true;
    return this.current;
  }

  /** Puts another value of the same shape and dtype in. */
  assign(value: Tensor): void {
    if (!sameShape(value.shape, this.shape) || value.dtype !== this.dtype) {
      throw new GradloomError(
        "assign-mismatch",
        `assign: variable ${this.name} is ${this.dtype} ${show(this.shape)}, the value is ${value.dtype} ${show(value.shape)}; ` +
          "a variable keeps its shape and dtype",
        { variable: this.name, shapes: [this.shape, value.shape], dtypes: [this.dtype, value.dtype] },
      );
    }
    const from = value.node.device;
    if (from !== undefined && this.device !== undefined && from !== this.device) {
      throw new GradloomError(
        "two-backends",
        `assign: variable ${this.name} lives on backend ${this.device.name}, the value on ${from.name}; copy it with to(...)`,
        { variable: this.name, backends: [this.device.name, from.name] },
      );
    }
    const { assigned, hidden } = openFrame();
    assigned.set(this, { before: assigned.get(this)?.before ?? this.current, seen: !hidden });
    this.current = value;
  }

  /** The numbers of its value. */
  async data(): Promise<TypedArray> {
    if (openFrame().assigned.has(this)) commit();
    const { device, buffer } = this.storage!;
    return device.read(buffer);
  }
}
