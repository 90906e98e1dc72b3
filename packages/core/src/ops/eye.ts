import { checkDType, type DType } from "../tensor/dtype.ts";
import { checkShape } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { reshape } from "./axes.ts";
import { cast } from "./cast.ts";
import { equal } from "./elementwise.ts";
import { iota } from "./iota.ts";

/** The identity matrix [rows, columns], square if only rows are given, float32 if no dtype is. */
export function eye(rows: number, columns: number = rows, dtype: DType = "float32"): Tensor {
  checkShape("eye", [rows, columns]);
  checkDType("eye", dtype);
  return cast(equal(reshape(iota(rows), [rows, 1]), iota(columns)), dtype);
}
