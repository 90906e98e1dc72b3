import type { DType, TypedArray } from "../tensor/dtype.ts";
import { type Shape, sizeOf } from "../tensor/shape.ts";
import type { View } from "./kernels.ts";

/** A view that its program moves over memory between kernel calls. */
export class HostView implements View {
  data: TypedArray;
  offset: number;
  size: number;
  readonly shape: Shape;
  readonly dtype: DType;

  constructor(data: TypedArray, offset: number, shape: Shape, dtype: DType) {
    this.data = data;
    this.offset = offset;
    this.size = sizeOf(shape);
    this.shape = shape;
    this.dtype = dtype;
  }
}
