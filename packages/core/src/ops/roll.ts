import { showValue } from "../errors/show-value.ts";
import { checkTensor } from "./apply.ts";
import { GradloomError, show } from "../errors/gradloom-error.ts";
import { checkOptions, type Fields } from "../errors/options.ts";
import { axisNumbers } from "../errors/rules.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { axisOf, reshape } from "./axes.ts";
import { concat, sliceAxis } from "./movement.ts";
import { flatten } from "./rank.ts";

/** Along which axes to move; all of them as one if left out. */
export interface RollOptions {
  readonly axis?: number | readonly number[];
}

const rollFields: Fields<RollOptions> = { axis: axisNumbers };

/** x moved along the axis by `shift` places, what leaves the end coming back at the start; lists are for several axes. Without an axis, in the flattened x. */
export function roll(x: Tensor, shift: number | readonly number[], options: RollOptions = {}): Tensor {
  checkTensor("roll", x);
  checkOptions("roll", rollFields, options);
  const { axis } = options;
  const shifts = [shift].flat();
  if (axis === undefined) return shifts.reduce((result, by) => reshape(rolled(flatten(result), by, 0), x.shape), x);
  const axes = [axis].flat();
  if (shifts.length !== axes.length) {
    throw new GradloomError(
      "roll-count",
      `roll: shifts ${show(shifts)} meet axes ${show(axes)}; give one shift for each axis`,
    );
  }
  return axes.reduce((result, at, place) => rolled(result, shifts[place]!, axisOf("roll", at, x.rank)), x);
}

function rolled(x: Tensor, shift: number, axis: number): Tensor {
  if (!Number.isInteger(shift)) {
    throw new GradloomError("roll-shift", `roll: the shift is ${showValue(shift)}; it must be a whole number`);
  }
  const length = x.shape[axis]!;
  const start = length === 0 ? 0 : ((-shift % length) + length) % length;
  if (start === 0) return x;
  return concat([sliceAxis(x, axis, start, length), sliceAxis(x, axis, 0, start)], axis);
}
