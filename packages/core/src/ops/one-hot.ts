import { showValue } from "../errors/show-value.ts";
import { checkTensor } from "./apply.ts";
import { GradloomError } from "../errors/gradloom-error.ts";
import { checkOptions, type Fields } from "../errors/options.ts";
import { axisNumber } from "../errors/rules.ts";
import { anyDType, type DType } from "../tensor/dtype.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { axisOf, reshape } from "./axes.ts";
import { cast } from "./cast.ts";
import { equal } from "./elementwise.ts";
import { checkIndexDType } from "./indices.ts";
import { iota } from "./iota.ts";
import { expandDims } from "./rank.ts";

/** Where the new axis stands in the result (last if left out), and the dtype of the result (float32 if left out). */
export interface OneHotOptions {
  readonly axis?: number;
  readonly dtype?: DType;
}

const oneHotFields: Fields<OneHotOptions> = { axis: axisNumber, dtype: anyDType };

/** 1 at each index and 0 elsewhere along a new axis of size `depth`; an index beyond it gives zeros only. Indices are int32, uint32 or uint8. */
export function oneHot(indices: Tensor, depth: number, options: OneHotOptions = {}): Tensor {
  checkTensor("oneHot", indices);
  checkOptions("oneHot", oneHotFields, options);
  const { axis = -1, dtype = "float32" } = options;
  checkIndexDType("oneHot", indices);
  if (!Number.isInteger(depth) || depth < 0) {
    throw new GradloomError(
      "one-hot-depth",
      `oneHot: the depth is ${showValue(depth)}; it must be a whole number of 0 or more`,
    );
  }
  const at = axisOf("oneHot", axis, indices.rank + 1);
  const after = new Array<number>(indices.rank - at).fill(1);
  return cast(equal(expandDims(cast(indices, "int32"), at), reshape(iota(depth), [depth, ...after])), dtype);
}
