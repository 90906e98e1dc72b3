import type { Operation } from "../tensor/graph.ts";
import { primitive } from "../tensor/operation.ts";
import type { DType } from "../tensor/dtype.ts";
import type { Shape } from "../tensor/shape.ts";

/**
 * How a group reads an input: element by element, one number for all, one number for each row, or stretched to the shape it is needed in, which
 * has as many elements as the group, or as rows.
 */
export type Access = "full" | "number" | "row" | { readonly shape: Shape; readonly to: Shape };

/** One operation of a group. An input is the group's input at i >= 0, or the result of body operation ~i. */
export interface GroupOperation {
  readonly operation: Operation;
  readonly attributes: object;
  readonly inputs: readonly number[];
  readonly dtype: DType;
  /** Whether it makes one number for each row: a reduction, or what is computed of such numbers. Else it makes one for each element. */
  readonly perRow: boolean;
  /** 0 if it waits for no reduction of the group, else one more than the last one that it waits for. */
  readonly phase: number;
}

/**
 * Operations that run as one pass over `size` elements, or as one pass over rows of `length` elements: elementwise ones, and reductions along the
 * rows. A row is gone through once for each phase that makes elements or reduces them, and the body is sorted by phases. An element that a
 * later phase needs is the executor's to keep or to compute again, but for those that leave the group: they can be read again. An output may lie
 * over an input of its size that is read element by element, and in no later phase than the output's.
 */
export interface Group {
  readonly size: number;
  /** Elements of a row; all of them where no operation is `perRow`. */
  readonly length: number;
  readonly access: readonly Access[];
  readonly body: readonly GroupOperation[];
  /** Which body operations are the outputs. */
  readonly results: readonly number[];
}

/** The operation of the steps that are groups. */
export const groupOperation: Operation<Group> = /*#__PURE__*/ primitive<Group>({
  name: "group",
  infer: () => [],
  grad: () => [],
});
