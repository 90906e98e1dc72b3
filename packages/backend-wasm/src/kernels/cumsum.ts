import { type DType, dtypes, type Primitives } from "@gradloom/core/backend";
import { f32, f64, i32 } from "../assembler/scalars.ts";
import { callOf, type Lowering } from "../program/call.ts";
import { loadDouble } from "./arg-max.ts";
import { type Kernel, kernel } from "./kernel.ts";

/**
 * y[outer, position, inner] = Σ x[outer, p, inner] over the p that the walk has met; it begins `start` bytes into the axis and goes on by `step`.
 * Floats add up in doubles. A task is a lane.
 */
function cumsumKernel(dtype: DType): Kernel<"x" | "y" | "length" | "inner" | "start" | "step"> {
  const { bytes } = dtypes[dtype];
  return kernel(
    `cumsum ${dtype}`,
    ["x", "y", "length", "inner", "start", "step"],
    (code, { x, y, length, inner, start, step, from, to }) => {
      code.for(from, to, 1, (lane) => {
        const outer = code.let(i32.divUnsigned(lane, inner));
        const first = i32.add(i32.mul(outer, i32.mul(inner, i32.sub(length, 1))), lane);
        const offset = code.let(i32.add(start, i32.mul(first, bytes)));
        const [source, target] = [code.let(i32.add(x, offset)), code.let(i32.add(y, offset))];
        const sum = code.local("f64");
        const wholeSum = code.local("i32");
        code.set(sum, f64.constant(0));
        code.set(wholeSum, i32.constant(0));
        code.repeat(length, () => {
          if (dtypes[dtype].class === "float") {
            code.set(sum, f64.add(sum, loadDouble(dtype, source)));
            if (dtype === "float64") code.store(f64, target, sum);
            else code.store(f32, target, f32.fromDouble(sum));
          } else {
            code.set(wholeSum, i32.add(wholeSum, i32.load(source)));
            code.store(i32, target, wholeSum);
          }
          code.advance(source, step);
          code.advance(target, step);
        });
      });
    },
  );
}

/** y[outer, position, inner] = Σ_{p ≤ position} x[outer, p, inner], or over p ≥ position if `reverse` */
export const cumsum: Lowering<Primitives["cumsum"]> = ([x], [y], { reverse }) => {
  const [outer, length, inner] = x!.shape as readonly [number, number, number];
  const stride = inner * dtypes[x!.dtype].bytes;
  const walk = reverse ? { start: Math.max(0, length - 1) * stride, step: -stride } : { start: 0, step: stride };
  return [callOf(cumsumKernel(x!.dtype), { x: x!, y: y!, length, inner, ...walk }, outer * inner)];
};
