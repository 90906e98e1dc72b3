import { type DType, dtypes, type None } from "@gradloom/core/backend";
import type { Expression } from "../assembler/expression.ts";
import { f32, f64, i32, strided } from "../assembler/scalars.ts";
import { callOf, type Lowering } from "./call.ts";
import { type Kernel, kernel } from "./kernel.ts";

/** An element of any dtype as a double, which holds all their values. */
export function loadDouble(dtype: DType, address: Expression<"i32">): Expression<"f64"> {
  if (dtype === "float64") return f64.load(address);
  if (dtype === "float32") return f64.fromSingle(f32.load(address));
  if (dtype === "int32") return f64.fromInteger(i32.load(address));
  return f64.fromUnsigned(dtype === "uint32" ? i32.load(address) : i32.load8(address));
}

/** y[lane] = argmax_position x[outer, position, inner]: the first of equal maxima, NaN counts as the maximum; a task is a lane */
function argMaxKernel(dtype: DType): Kernel<"x" | "y" | "length" | "inner"> {
  const { bytes } = dtypes[dtype];
  return kernel(`argMax ${dtype}`, ["x", "y", "length", "inner"], (code, { x, y, length, inner, from, to }) => {
    const stride = code.let(i32.mul(inner, bytes));
    code.for(from, to, 1, (lane) => {
      const [outer, column] = code.divide(lane, inner);
      const at = code.let(strided(x, [outer, i32.mul(length, stride)], [column, bytes]));
      const most = code.let(loadDouble(dtype, at));
      const best = code.let(i32.constant(0));
      code.for(1, length, 1, (position) => {
        code.advance(at, stride);
        const value = code.let(loadDouble(dtype, at));
        const isNew = i32.and(f64.notEqual(value, value), f64.equal(most, most));
        code.when(i32.or(f64.greater(value, most), isNew), () => {
          code.set(most, value);
          code.set(best, position);
        });
      });
      code.store(i32, strided(y, [lane, 4]), best);
    });
  });
}

/** y[outer, inner] = argmax_position x[outer, position, inner] */
export const argMax: Lowering<None> = ({ inputs: [x], outputs: [y] }) => {
  const [outer, length, inner] = x!.shape as readonly [number, number, number];
  return [callOf(argMaxKernel(x!.dtype), { x: x!, y: y!, length, inner }, outer * inner)];
};
