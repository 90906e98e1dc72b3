import { checkTensor, checkTensors } from "./apply.ts";
import { GradloomError, show } from "../errors/gradloom-error.ts";
import { sameShape } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { axisOf } from "./axes.ts";
import { cast } from "./cast.ts";
import { concat, split } from "./movement.ts";
import { promote } from "./operands.ts";
import { expandDims, squeeze } from "./rank.ts";

/** Puts tensors of one shape side by side along a new axis. */
export function stack(tensors: readonly Tensor[], axis = 0): Tensor {
  checkTensors("stack", tensors);
  const [first] = tensors;
  if (first === undefined)
    throw new GradloomError("stack-empty", "stack: the list of tensors is empty; give at least one");
  const at = axisOf("stack", axis, first.rank + 1);
  const other = tensors.find(({ shape }) => !sameShape(shape, first.shape));
  if (other !== undefined) {
    throw new GradloomError(
      "stack-shapes",
      `stack: ${show(first.shape)} meets ${show(other.shape)}; all must have one shape, use concat along an axis that they have`,
    );
  }
  const dtype = tensors.reduce((met, { dtype: own }) => (met === own ? met : promote("stack", met, own)), first.dtype);
  return concat(
    tensors.map((x) => expandDims(cast(x, dtype), at)),
    at,
  );
}

/** The slices of x along an axis, without that axis. */
export function unstack(x: Tensor, axis = 0): readonly Tensor[] {
  checkTensor("unstack", x);
  const at = axisOf("unstack", axis, x.rank);
  const length = x.shape[at]!;
  return length === 0 ? [] : split(x, length, at).map((part) => squeeze(part, at));
}
