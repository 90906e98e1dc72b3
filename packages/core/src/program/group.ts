import { type Operation, primitive } from "../tensor/operation.ts";
import type { DType } from "../tensor/dtype.ts";
import type { Shape } from "../tensor/shape.ts";

/** How a group reads an input: element by element, one number for all, or stretched to the shape it is needed in. */
export type Access = "full" | "number" | { readonly shape: Shape; readonly to: Shape };

/** One operation of a group. An input is the group's input at i >= 0, or the result of body operation ~i. */
export interface GroupOperation {
  readonly operation: Operation;
  readonly attributes: object;
  readonly inputs: readonly number[];
  readonly dtype: DType;
}

/** Elementwise operations that run as one pass over `size` elements. */
export interface Group {
  readonly size: number;
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
