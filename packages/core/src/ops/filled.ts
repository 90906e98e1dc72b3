import { checkDType, type DType, held } from "../tensor/dtype.ts";
import type { Shape } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { checkTensor } from "./apply.ts";
import { broadcastTo } from "./axes.ts";
import { filled } from "./creation.ts";
import { numberLike } from "./operands.ts";

/** Zeros of a shape, float32 if no dtype is given. */
export function zeros(shape: Shape, dtype: DType = "float32"): Tensor {
  return filled("zeros", shape, 0, dtype);
}

/** Ones of a shape, float32 if no dtype is given. */
export function ones(shape: Shape, dtype: DType = "float32"): Tensor {
  return filled("ones", shape, 1, dtype);
}

/** One number in x's shape, and in its dtype if none is given. No gradient flows to x. */
export function fullLike(x: Tensor, value: number, dtype?: DType): Tensor {
  checkTensor("fullLike", x);
  const kind = dtype ?? x.dtype;
  checkDType("fullLike", kind);
  return broadcastTo(numberLike(x, held("fullLike", value, kind), kind), x.shape);
}

/** Zeros in x's shape, and in its dtype if none is given. */
export function zerosLike(x: Tensor, dtype?: DType): Tensor {
  return fullLike(x, 0, dtype);
}

/** Ones in x's shape, and in its dtype if none is given. */
export function onesLike(x: Tensor, dtype?: DType): Tensor {
  return fullLike(x, 1, dtype);
}
