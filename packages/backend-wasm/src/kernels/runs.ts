import { type DType, dtypes } from "@gradloom/core/backend";
import type { Operand } from "../assembler/encode.ts";
import type { Expression, Local } from "../assembler/expression.ts";
import type { FunctionBuilder } from "../assembler/function-builder.ts";
import { v128 } from "../assembler/lanes.ts";
import { byte, f64, i32 } from "../assembler/scalars.ts";
import { add } from "../mathematics/arithmetic.ts";
import { loadOne, loadQuad, storeOne, storeQuad } from "../mathematics/quad.ts";
import type { ModuleBuilder } from "../assembler/module-builder.ts";

/** From this many bytes on, the engine's own copy beats a loop. */
const longRun = 512;

/** Does `count` things, four at a time, then the rest one by one. */
export function inFours(code: FunctionBuilder, count: Local<"i32">, some: (size: 4 | 1) => void): void {
  code.repeat(i32.shiftRightUnsigned(count, 2), () => some(4));
  code.repeat(i32.and(count, 3), () => some(1));
}

/** Copies one element of 1, 4 or 8 bytes. */
export function copyElement(code: FunctionBuilder, bytes: number, to: Operand<"i32">, from: Operand<"i32">): void {
  if (bytes === 8) code.store(f64, to, f64.load(from));
  else if (bytes === 4) code.store(i32, to, i32.load(from));
  else code.store(byte, to, i32.load8(from));
}

/** Copies `length` bytes, a multiple of the element's. */
export function copyRun(
  code: FunctionBuilder,
  elementBytes: number,
  to: Expression<"i32">,
  from: Expression<"i32">,
  length: Local<"i32">,
): void {
  code.when(
    i32.greaterUnsigned(length, longRun - 1),
    () => code.copy(to, from, length),
    () => {
      const [target, source] = [code.let(to), code.let(from)];
      const move = (count: Expression<"i32">, bytes: number, copy: () => void): void =>
        code.repeat(count, () => {
          copy();
          code.advance(target, bytes);
          code.advance(source, bytes);
        });
      move(i32.shiftRightUnsigned(length, 4), 16, () => code.store(v128, target, v128.load(source)));
      move(i32.divUnsigned(i32.and(length, 15), elementBytes), elementBytes, () =>
        copyElement(code, elementBytes, target, source),
      );
    },
  );
}

/** y += x for `count` neighbouring elements. */
export function addRun(
  code: FunctionBuilder,
  module: ModuleBuilder,
  dtype: DType,
  y: Expression<"i32">,
  x: Expression<"i32">,
  count: Expression<"i32">,
): void {
  const { bytes } = dtypes[dtype];
  const [target, source, length] = [code.let(y), code.let(x), code.let(count)];
  inFours(code, length, (size) => {
    const [load, store] = size === 4 ? [loadQuad, storeQuad] : [loadOne, storeOne];
    store(code, dtype, target, add({ code, module, dtype }, [load(dtype, target), load(dtype, source)], {}));
    code.advance(target, size * bytes);
    code.advance(source, size * bytes);
  });
}
