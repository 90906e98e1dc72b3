import { GradloomError, show } from "../errors/gradloom-error.ts";
import { isForeign, twoCores } from "../errors/two-cores.ts";
import { showValue } from "../errors/show-value.ts";
import { commit, noteAssignment, placeOf } from "./commit.ts";
import { getDefaultDevice } from "./default-device.ts";
import type { DType, TypedArray } from "./dtype.ts";
import { noteFirstValue, openFrame, rootFrame } from "./frame.ts";
import type { Device, DeviceStorage, Scope, Variable as Interface } from "./graph.ts";
import { leaf } from "./leaf.ts";
import { readNode } from "./node.ts";
import { otherName } from "./other-name.ts";
import { Printed } from "./printed.ts";
import { refuseLeaked } from "./refuse-leaked.ts";
import { sameShape, type Shape } from "./shape.ts";
import { Tensor } from "./tensor.ts";

/** A cell that holds an immutable value; `assign` puts another value in, and tensors built from the old one keep meaning it. */
export class Variable extends Printed implements Interface {
  readonly shape: Shape;
  readonly dtype: DType;
  readonly name: string;
  current: Tensor;
  device: Device | undefined;
  storage: DeviceStorage | undefined;
  escaped = false;

  constructor(initial: Tensor, name: string, device: Device | undefined = initial.node.device) {
    refuseLeaked("variable", initial, openFrame().scope);
    if (initial.node.scope !== undefined) throw madeInside(initial.node.scope);
    super();
    this.shape = initial.shape;
    this.dtype = initial.dtype;
    this.name = name;
    this.device = device;
    this.storage = undefined;
    this.current = take(this, initial);
    rootFrame().assigned.set(this, { before: this.current, seen: true });
  }

  get value(): Tensor {
    if (!openFrame().sealed) {
      this.escaped = true;
      if (this.storage !== undefined && this.current.storage === this.storage) this.storage.escaped = true;
    }
    return this.node();
  }

  node(): Tensor {
    const { entered } = openFrame();
    const { storage, current } = this;
    if (storage === undefined) {
      noteFirstValue(this);
      entered?.unplaced.add(this);
    }
    if (entered !== undefined && storage !== undefined && current.storage === storage && !entered.variables.has(this)) {
      entered.variables.set(this, { current, storage });
      this.storage = { ...storage, escaped: false };
      this.current = leaf(this.storage, this, this.device, entered.scope);
    }
    return this.current;
  }

  assign(value: Tensor): void {
    if (value instanceof Tensor) refuseLeaked("assign", value, openFrame().scope);
    checkValue("assign", this, value);
    const from = value.node.device;
    if (from !== undefined && this.device !== undefined && from !== this.device) {
      throw new GradloomError(
        "two-backends",
        `assign: variable ${this.name} lives on backend ${this.device.name}, the value on ${otherName(from, this.device)}; copy it with await to(...)`,
      );
    }
    noteAssignment(this);
    const { assigned, sealed } = openFrame();
    const before = this.node();
    assigned.set(this, { before: assigned.get(this)?.before ?? before, seen: !sealed });
    this.current = take(this, value);
  }

  toString(): string {
    return `Variable(${this.name}: ${this.dtype} ${show(this.shape)})`;
  }

  async data(): Promise<TypedArray> {
    this.node();
    if (openFrame().assigned.has(this)) commit([], { on: placeOf(this) ?? getDefaultDevice() });
    const { device, buffer } = this.storage!;
    return device.read(buffer);
  }
}

/** The value as everyone reads it. */
function take(variable: Variable, value: Tensor): Tensor {
  variable.escaped = false;
  if (openFrame().parent === undefined) value.node.consumed = true;
  return new Tensor(readNode(value, value.node.device ?? variable.device), value);
}

function madeInside({ name }: Scope): GradloomError {
  return new GradloomError(
    "variable-inside",
    `variable: its first value is made of what is inside ${name}, which is traced; make the variable outside and assign to it inside`,
  );
}

/** Throws unless a variable can take the value. */
export function checkValue(name: string, { name: path, shape, dtype }: Variable, value: Tensor): void {
  if (isForeign(value)) throw twoCores(`${name}: a tensor`);
  if (!(value instanceof Tensor)) {
    throw new GradloomError(
      "no-tensor",
      `${name}: variable ${path} gets ${showValue(value)}, which is no tensor; make one with tensor(...)`,
    );
  }
  if (sameShape(value.shape, shape) && value.dtype === dtype) return;
  throw new GradloomError(
    "assign-mismatch",
    `${name}: variable ${path} is ${dtype} ${show(shape)}, the value is ${value.dtype} ${show(value.shape)}; ` +
      "a variable keeps its shape and dtype",
  );
}
