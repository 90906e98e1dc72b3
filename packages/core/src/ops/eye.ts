import { GradloomError, show } from "../errors/gradloom-error.ts";
import type { DType } from "../tensor/dtype.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { reshape } from "./axes.ts";
import { cast } from "./cast.ts";
import { equal } from "./elementwise.ts";
import { iota } from "./iota.ts";

/** The identity matrix [rows, columns], square if only rows are given, float32 if no dtype is. */
export function eye(rows: number, columns: number = rows, dtype: DType = "float32"): Tensor {
  if (![rows, columns].every((size) => Number.isInteger(size) && size >= 0)) {
    throw new GradloomError(
      "shape",
      `eye: ${show([rows, columns])} is not a shape; sizes must be whole numbers of 0 or more`,
    );
  }
  return cast(equal(reshape(iota(rows), [rows, 1]), iota(columns)), dtype);
}
