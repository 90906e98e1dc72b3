import { checkOptions, type Fields } from "../errors/options.ts";
import { axisNumber, flag } from "../errors/rules.ts";
import type { Operation } from "../tensor/graph.ts";
import type { Primitives } from "../tensor/primitives.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { apply, checkTensor } from "./apply.ts";
import { axisOf, broadcastTo, reshape } from "./axes.ts";
import { corePrimitive } from "./core-primitive.ts";
import { mul } from "./elementwise.ts";
import { concat, onAxis, sliceAxis } from "./movement.ts";
import { numberLike, toNumber } from "./operands.ts";

const cumsumOperation: Operation<Primitives["cumsum"]> = /*#__PURE__*/ corePrimitive("cumsum", {
  infer: ([x]) => [x!],
  grad: ({ incoming: [dy], attributes: { reverse } }) => [() => apply(cumsumOperation, [dy!], { reverse: !reverse })],
});

/** Along which axis to run, and how. */
export interface CumulativeOptions {
  /** The flattened x if left out. */
  readonly axis?: number;
  /** From the end of the axis. */
  readonly reverse?: boolean;
  /** Each place gets what comes before it, without itself. */
  readonly exclusive?: boolean;
}

/** [outer, length, inner] moved `by` places away from the start (the end if `reverse`); the places that fall free hold `value`. */
function moved(x: Tensor, by: number, value: number, reverse: boolean): Tensor {
  const [outer, length, inner] = x.shape as readonly [number, number, number];
  const filler = broadcastTo(numberLike(x, value), [outer, by, inner]);
  const kept = reverse ? sliceAxis(x, 1, by, length) : sliceAxis(x, 1, 0, length - by);
  return concat(reverse ? [kept, filler] : [filler, kept], 1);
}

const cumulativeFields: Fields<CumulativeOptions> = { axis: axisNumber, reverse: flag, exclusive: flag };

function running(
  name: string,
  x: Tensor,
  options: CumulativeOptions,
  start: number,
  run: (view: Tensor, reverse: boolean) => Tensor,
): Tensor {
  checkOptions(name, cumulativeFields, options);
  const { axis, reverse = false, exclusive = false } = options;
  const numbers = toNumber(name, axis === undefined ? reshape(x, [x.size]) : x);
  const at = axisOf(name, axis ?? 0, numbers.rank);
  return onAxis(numbers, at, numbers.shape[at]!, (view) => {
    if (view.size === 0) return view;
    const result = run(view, reverse);
    return exclusive ? moved(result, 1, start, reverse) : result;
  });
}

/** Running sums along the axis: place i holds x_0 + ... + x_i. Bool counts as int32. */
export function cumsum(x: Tensor, options: CumulativeOptions = {}): Tensor {
  checkTensor("cumsum", x);
  return running("cumsum", x, options, 0, (view, reverse) => apply(cumsumOperation, [view], { reverse }));
}

/** Running products along the axis: place i holds x_0 * ... * x_i. Bool counts as int32. */
export function cumprod(x: Tensor, options: CumulativeOptions = {}): Tensor {
  checkTensor("cumprod", x);
  return running("cumprod", x, options, 1, (view, reverse) => {
    let result = view;
    for (let by = 1; by < view.shape[1]!; by *= 2) result = mul(result, moved(result, by, 1, reverse));
    return result;
  });
}
