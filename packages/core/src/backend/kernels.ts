import type { Primitives } from "../tensor/primitives.ts";
import type { View } from "../tensor/view.ts";

export type { View };

/**
 * Computes the outputs from the inputs. Outputs hold rubbish before the call and never overlap an input, except that
 * an element-wise kernel may be given an output that is one of its inputs. The dtypes are those of the views.
 */
export type Kernel<Attributes> = (inputs: readonly View[], outputs: readonly View[], attributes: Attributes) => void;

/** One kernel for each primitive; a missing one does not compile. */
export type Kernels = { readonly [Name in keyof Primitives]: Kernel<Primitives[Name]> };
