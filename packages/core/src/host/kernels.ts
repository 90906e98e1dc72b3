import type { DType, TypedArray } from "../tensor/dtype.ts";
import type { Primitives } from "../tensor/primitives.ts";
import type { Shape } from "../tensor/shape.ts";

/** Contiguous row-major numbers: element i is `data[offset + i]`, `size` of them. Kernels keep no view after they return. */
export interface View {
  readonly data: TypedArray;
  readonly offset: number;
  readonly size: number;
  readonly shape: Shape;
  readonly dtype: DType;
}

/**
 * Computes the outputs from the inputs. Outputs hold any numbers before the call and never overlap an input, except that
 * an element-wise kernel may be given an output that is one of its inputs. The dtypes are those of the views.
 */
export type Kernel<Attributes> = (inputs: readonly View[], outputs: readonly View[], attributes: Attributes) => void;

/** One kernel for each primitive; a missing one does not compile. */
export type Kernels = { readonly [Name in keyof Primitives]: Kernel<Primitives[Name]> };
