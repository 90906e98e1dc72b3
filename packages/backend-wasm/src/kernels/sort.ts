import { type DType, dtypes, type Primitives } from "@gradloom/core/backend";
import type { Expression, Local } from "../assembler/expression.ts";
import type { FunctionBuilder } from "../assembler/function-builder.ts";
import { v128 } from "../assembler/lanes.ts";
import { f64, i32, strided } from "../assembler/scalars.ts";
import { callOf, type Lowering } from "./call.ts";
import { loadDouble } from "./arg-max.ts";
import { type Kernel, kernel, minimum } from "./kernel.ts";
import { copyElement } from "./runs.ts";

/** Bytes of an entry, those of a vector: a key in double precision and a position. */
const entry = 16;

/** Nanoseconds of a comparison, with the move of an entry. */
const comparison = 3;

/**
 * Merge sort of each lane of [outer, length, inner] by entries in scratch memory of its own, of which it needs two lists. A task is a lane.
 */
function sortKernel(
  dtype: DType,
  descending: boolean,
): Kernel<"x" | "values" | "positions" | "length" | "inner" | "scratch"> {
  const { bytes } = dtypes[dtype];
  return kernel(
    `sort ${dtype} ${descending ? "descending" : "ascending"}`,
    ["x", "values", "positions", "length", "inner", "scratch"],
    (code, { x, values, positions, length, inner, scratch, from, to }) => {
      const listBytes = code.let(i32.mul(length, entry));
      code.for(from, to, 1, (lane) => {
        const outer = code.let(i32.divUnsigned(lane, inner));
        const first = code.let(strided(lane, [i32.mul(outer, inner), i32.sub(length, 1)]));
        const list = code.let(scratch);
        const other = code.let(i32.add(scratch, listBytes));
        const elementAt = (base: Expression<"i32">, position: Expression<"i32">, size: number): Expression<"i32"> =>
          strided(base, [strided(first, [position, inner]), size]);
        code.for(0, length, 1, (position) => {
          const at = code.let(strided(list, [position, entry]));
          code.store(f64, at, loadDouble(dtype, elementAt(x, position, bytes)));
          code.store(i32, at, position, 8);
        });
        mergeSort(code, list, other, listBytes, descending);
        code.for(0, length, 1, (rank) => {
          const position = code.let(i32.load(strided(list, [rank, entry]), 8));
          code.store(i32, elementAt(positions, rank, 4), position);
          copyElement(code, bytes, elementAt(values, rank, bytes), elementAt(x, position, bytes));
        });
      });
    },
  );
}

/** Merges sorted stretches of 1, 2, 4, ... entries from `list` into `other`; each time, the two change places. `list` ends up sorted. */
function mergeSort(
  code: FunctionBuilder,
  list: Local<"i32">,
  other: Local<"i32">,
  listBytes: Local<"i32">,
  descending: boolean,
): void {
  const width = code.let(i32.constant(entry));
  code.while(i32.lessUnsigned(width, listBytes), () => {
    const start = code.let(i32.constant(0));
    const target = code.let(other);
    code.while(i32.lessUnsigned(start, listBytes), () => {
      const middle = code.let(minimum(i32.add(start, width), listBytes));
      const end = code.let(minimum(i32.add(middle, width), listBytes));
      merge(
        code,
        code.let(i32.add(list, start)),
        code.let(i32.add(list, middle)),
        code.let(i32.add(list, end)),
        target,
        descending,
      );
      code.set(start, end);
    });
    const swapped = code.let(list);
    code.set(list, other);
    code.set(other, swapped);
    code.set(width, i32.shiftLeft(width, 1));
  });
}

/** Merges the entries from `left` up to `middle` and from there to `end`; of equal ones those on the left come first. */
function merge(
  code: FunctionBuilder,
  left: Local<"i32">,
  middle: Local<"i32">,
  end: Local<"i32">,
  target: Local<"i32">,
  descending: boolean,
): void {
  const right = code.let(middle);
  const take = (source: Local<"i32">): void => {
    code.store(v128, target, v128.load(source));
    code.advance(source, entry);
    code.advance(target, entry);
  };
  const hasBoth = i32.and(i32.lessUnsigned(left, middle), i32.lessUnsigned(right, end));
  code.while(hasBoth, () => {
    const [a, b] = [code.let(f64.load(right)), code.let(f64.load(left))];
    const comesBefore = descending ? precedes(b, a) : precedes(a, b);
    code.when(
      comesBefore,
      () => take(right),
      () => take(left),
    );
  });
  code.while(i32.lessUnsigned(left, middle), () => take(left));
  code.while(i32.lessUnsigned(right, end), () => take(right));
}

/** a < b, where NaN is larger than everything else */
function precedes(a: Expression<"f64">, b: Expression<"f64">): Expression<"i32"> {
  return i32.or(f64.less(a, b), i32.and(f64.equal(a, a), f64.notEqual(b, b)));
}

/** [outer, length, inner] -> the same sorted along the axis, and the positions in x; equal elements keep their order */
export const sort: Lowering<Primitives["sort"]> = (
  { inputs: [x], outputs: [values, positions], attributes: { descending } },
  scratch,
) => {
  const [outer, length, inner] = x!.shape as readonly [number, number, number];
  const places = { x: x!, values: values!, positions: positions! };
  return [
    callOf(
      sortKernel(x!.dtype, descending),
      { ...places, length, inner, scratch: scratch.reserveOwn(2 * length * entry) },
      length === 0 ? 0 : outer * inner,
      comparison * outer * inner * length * Math.log2(length + 1),
    ),
  ];
};
