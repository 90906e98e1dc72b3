import {
  type Backend,
  type DType,
  dtypes,
  type Kernel,
  kernelBackend,
  type Kernels,
  type TypedArray,
  type View,
} from "@gradloom/core/backend";
import type { PrimitiveCase } from "./cases/primitive-case.ts";
import { primitiveCases } from "./cases/primitive-cases.ts";
import type { HostArray } from "./host-array.ts";

/** A backend whose kernels are the references of the cases: slow, and right by being plain. What the laws compare with. */
export function loopBackend(): Backend {
  return kernelBackend({ name: "loops", kernels: loopKernels() });
}

/** The references as kernels, for backends that replace some of them. */
export function loopKernels(): Kernels {
  const rows = Object.entries(primitiveCases) as [string, () => PrimitiveCase<object>][];
  return Object.fromEntries(rows.map(([name, makeRow]) => [name, kernelOf(makeRow())])) as unknown as Kernels;
}

function kernelOf({ elementwise, reference }: PrimitiveCase<object>): Kernel<object> {
  return (inputs, outputs, attributes) => {
    const results = reference(
      inputs.map((view) => viewed(view, elementwise)),
      attributes,
      outputs,
    );
    outputs.forEach(({ data, offset, dtype }, at) => data.set(rounded(results[at]!, dtype), offset));
  };
}

// Elementwise kernels get a run of elements, whose shape says nothing.
function viewed({ data, offset, size, shape, dtype }: View, flat: boolean): HostArray {
  return { shape: flat ? [size] : shape, dtype, data: data.slice(offset, offset + size) };
}

/** The numbers as the dtype holds them. */
export function rounded(values: ArrayLike<number>, dtype: DType): TypedArray {
  return new dtypes[dtype].array(values);
}
