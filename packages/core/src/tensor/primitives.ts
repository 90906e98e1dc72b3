import type { DType } from "./dtype.ts";
import type { Shape } from "./shape.ts";

/** Attributes of an operation that has none. */
export type None = Readonly<Record<never, never>>;

/**
 * Every primitive with its attributes: what a backend must be able to do, in the simple forms that core reduces
 * requests to. Single-axis work arrives as [outer, length, inner]; all data is contiguous and row-major.
 */
export interface Primitives {
  /** Element-wise, one input: y and x have the same size. */
  readonly neg: None;
  readonly exp: None;
  readonly expm1: None;
  readonly log: None;
  readonly log1p: None;
  readonly sqrt: None;
  readonly sin: None;
  readonly cos: None;
  readonly tanh: None;
  readonly atan: None;
  readonly erf: None;
  readonly floor: None;
  /** bool -> bool. */
  readonly not: None;
  /**
   * Float to integer truncates and saturates, NaN becomes 0; integer to integer wraps; to bool is x != 0 (NaN is true).
   */
  readonly cast: { readonly dtype: DType };

  /** Element-wise, two inputs of one dtype. Integers wrap modulo 2^32. */
  readonly add: None;
  readonly sub: None;
  readonly mul: None;
  /** Integers: truncated towards zero, and 0 where the divisor is 0. */
  readonly div: None;
  /** As C's pow (so 1^NaN = NaN^0 = 1). Integers: of a negative exponent 1 and -1 have their power, all else (0 too) has 0. */
  readonly pow: None;
  /** NaN if either is NaN; of equal values (so -0 and 0) the first. Bool: or. */
  readonly maximum: None;
  /** NaN if either is NaN; of equal values (so -0 and 0) the first. Bool: and. */
  readonly minimum: None;
  /** Comparisons give bool; false where an operand is NaN. */
  readonly less: None;
  readonly lessEqual: None;
  readonly equal: None;
  /** where(condition: bool, a, b): a where the condition holds, else b. */
  readonly where: None;

  /** [outer, length, inner] -> [outer, inner]. Float sums keep an error below 1e-6 relative at a million terms; an empty sum is 0; bool adds up to int32. */
  readonly sum: None;
  /** [outer, length, inner] -> [outer, inner], length >= 1. NaN wins; bool: any. */
  readonly max: None;
  /** [outer, length, inner] -> int32 [outer, inner], length >= 1. The first of equal maxima (-0 equals 0); NaN counts as the maximum. */
  readonly argMax: None;
  /** Running sums along the axis: [outer, length, inner] -> the same; from the end if `reverse`. */
  readonly cumsum: { readonly reverse: boolean };
  /** Stable sort along the axis: [outer, length, inner] -> the sorted values and their int32 positions. -0 equals 0, NaN counts as largest. */
  readonly sort: { readonly descending: boolean };

  /**
   * [batchA, rows, inner] x [batchB, inner, columns] -> [batch, rows, columns]; a batch of 1 serves all.
   * `transposeA`: A is [batchA, inner, rows]. `transposeB`: B is [batchB, columns, inner]. An empty `inner` gives zeros.
   */
  readonly matmul: { readonly transposeA: boolean; readonly transposeB: boolean };

  /** Input of the output's rank, each size equal to the output's or 1. */
  readonly broadcast: { readonly shape: Shape };
  /** Output axis i is input axis `axes[i]`. */
  readonly permute: { readonly axes: readonly number[] };
  /** [outer, length, inner] -> [outer, count, inner]: positions start, start + step, ...; step >= 1. */
  readonly slice: { readonly start: number; readonly step: number; readonly count: number };
  /** Adjoint of slice, [outer, length, inner] -> [outer, total, inner]: element i goes to start + i * step, the rest is 0. */
  readonly pad: { readonly start: number; readonly step: number; readonly total: number };
  /** [outer, length_k, inner], k inputs -> [outer, sum of lengths, inner]. */
  readonly concat: None;
  /** [outer, length, inner] -> one output [outer, sizes[k], inner] per size. */
  readonly split: { readonly sizes: readonly number[] };
  /** [outer, length, inner] reversed along the axis. */
  readonly flip: None;
  /** data [outer, length, inner], indices int32 [count] -> [outer, count, inner]. Indices are clamped into the axis; an empty axis gives 0. */
  readonly gather: None;
  /** updates [outer, count, inner], indices int32 [count] -> [outer, length, inner]; equal indices add up. Indices are clamped; into an empty axis nothing goes. */
  readonly scatterAdd: { readonly length: number };
  /** [outer, length, inner] -> [outer, count, size, inner]: window c holds positions c * stride + w * dilation. */
  readonly windows: {
    readonly size: number;
    readonly stride: number;
    readonly dilation: number;
    readonly count: number;
  };
  /** Adjoint of windows, [outer, count, size, inner] -> [outer, length, inner]: overlapping entries add up. */
  readonly overlapAdd: { readonly length: number; readonly stride: number; readonly dilation: number };

  /**
   * Threefry-2x32-20: key uint32 [2], step uint32 [1] -> uint32 [count]. Words 2j and 2j + 1 are the block of counter (j, step).
   * Salmon et al. 2011, https://doi.org/10.1145/2063384.2063405.
   */
  readonly randomBits: { readonly count: number };
  /** int32 [count]: 0, 1, 2, ... */
  readonly iota: { readonly count: number };
  /** The same numbers in a place of their own. */
  readonly copy: None;
}
