import { type DType, dtypes, type Region } from "@gradloom/core/backend";
import type { Expression, Local } from "../assembler/expression.ts";
import { i32, strided } from "../assembler/scalars.ts";
import type { Site } from "../mathematics/formula.ts";
import { type Call, callOf } from "./call.ts";
import { type Kernel, kernel, minimum } from "./kernel.ts";
import { inFours } from "./runs.ts";

/** Columns of a task. */
const widest = 16;

/** Neighbouring columns of [length, inner]: how many, their first numbers in x and in y, and the bytes from row to row. */
export interface Strip {
  readonly columns: 16 | 4 | 1;
  readonly x: Local<"i32">;
  readonly y: Local<"i32">;
  readonly length: Local<"i32">;
  readonly stride: Local<"i32">;
}

type Name = "x" | "y" | "length" | "inner" | "strips" | "rowsY" | "stride";

/** Work on columns of [outer, length, inner], many at a time; `write` does a strip. y has `rowsY` rows for each outer index. */
export function stripKernel(name: string, dtype: DType, write: (site: Site, strip: Strip) => void): Kernel<Name> {
  const { bytes } = dtypes[dtype];
  const names = ["x", "y", "length", "inner", "strips", "rowsY", "stride"] as const;
  return kernel(`${name} ${dtype}`, names, (code, variables, module) => {
    const { length, inner, strips, rowsY, stride, from, to } = variables;
    code.for(from, to, 1, (task) => {
      const [outer, strip] = code.divide(task, strips);
      const column = code.let(i32.mul(strip, widest));
      const left = code.let(minimum(i32.sub(inner, column), i32.constant(widest)));
      const at = (base: Local<"i32">, rows: Expression<"i32">): Local<"i32"> =>
        code.let(strided(base, [strided(column, [i32.mul(outer, rows), inner]), bytes]));
      const x = at(variables.x, length);
      const y = at(variables.y, rowsY);
      const some = (columns: 16 | 4 | 1): void => {
        write({ code, module, dtype }, { columns, x, y, length, stride });
        code.advance(x, columns * bytes);
        code.advance(y, columns * bytes);
      };
      code.when(
        i32.equal(left, widest),
        () => some(widest),
        () => inFours(code, left, some),
      );
    });
  });
}

/** The call on x [outer, length, inner]; from the last row to the first if `reverse`. */
export function stripCall(target: Kernel<Name>, x: Region, y: Region, rowsY: number, reverse = false): Call {
  const [outer, length, inner] = x.shape as readonly [number, number, number];
  const stride = inner * dtypes[x.dtype].bytes;
  const first = (region: Region): { readonly region: Region; readonly bytes: number } => ({
    region,
    bytes: reverse ? Math.max(0, length - 1) * stride : 0,
  });
  const strips = Math.ceil(inner / widest);
  return callOf(
    target,
    { x: first(x), y: first(y), length, inner, strips, rowsY, stride: reverse ? -stride : stride },
    outer * strips,
  );
}
