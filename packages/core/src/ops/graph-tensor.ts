import type { DType } from "../tensor/dtype.ts";
import type { TensorSpec } from "../tensor/operation.ts";
import type { Shape } from "../tensor/shape.ts";
import { type Node, type Operand, type ReduceOptions, Tensor } from "../tensor/tensor.ts";
import { reshape, sum } from "./axes.ts";
import { cast } from "./cast.ts";
import { add, div, equal, greater, greaterEqual, less, lessEqual, mul, neg, pow, sub } from "./elementwise.ts";
import { matmul } from "./matmul.ts";
import { slice, transpose } from "./movement.ts";
import { max, mean } from "./reduce.ts";

/** The methods of a tensor: each is the function of its name. */
export class GraphTensor extends Tensor {
  like(node: Node, { shape, dtype }: TensorSpec): Tensor {
    return new GraphTensor(node, shape, dtype);
  }
  add(other: Operand): Tensor {
    return add(this, other);
  }
  sub(other: Operand): Tensor {
    return sub(this, other);
  }
  mul(other: Operand): Tensor {
    return mul(this, other);
  }
  div(other: Operand): Tensor {
    return div(this, other);
  }
  pow(other: Operand): Tensor {
    return pow(this, other);
  }
  neg(): Tensor {
    return neg(this);
  }
  equal(other: Operand): Tensor {
    return equal(this, other);
  }
  less(other: Operand): Tensor {
    return less(this, other);
  }
  lessEqual(other: Operand): Tensor {
    return lessEqual(this, other);
  }
  greater(other: Operand): Tensor {
    return greater(this, other);
  }
  greaterEqual(other: Operand): Tensor {
    return greaterEqual(this, other);
  }
  sum(options?: ReduceOptions): Tensor {
    return sum(this, options);
  }
  mean(options?: ReduceOptions): Tensor {
    return mean(this, options);
  }
  max(options?: ReduceOptions): Tensor {
    return max(this, options);
  }
  reshape(shape: Shape): Tensor {
    return reshape(this, shape);
  }
  transpose(axes?: readonly number[]): Tensor {
    return transpose(this, axes);
  }
  matmul(other: Tensor): Tensor {
    return matmul(this, other);
  }
  slice(starts: readonly number[], ends?: readonly number[], steps?: readonly number[]): Tensor {
    return slice(this, starts, ends, steps);
  }
  cast(dtype: DType): Tensor {
    return cast(this, dtype);
  }
}
