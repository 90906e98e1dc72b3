import type { Operation } from "../tensor/operation.ts";
import type { None } from "../tensor/primitives.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { composedUnary, onFloat } from "./composed.ts";
import { add, div, equal, erf, exp, less, log, mul, neg, sqrt, sub, where } from "./elementwise.ts";

// Giles 2012, table 5, highest power first: for w below 5 in w - 2.5, beyond in sqrt(w) - 3.
const middle = [
  2.81022636e-8, 3.43273939e-7, -3.5233877e-6, -4.39150654e-6, 2.1858087e-4, -1.25372503e-3, -4.17768164e-3,
  2.46640727e-1, 1.50140941,
];
const tail = [
  -2.00214257e-4, 1.00950558e-4, 1.34934322e-3, -3.67342844e-3, 5.73950773e-3, -7.6224613e-3, 9.43887047e-3, 1.00167406,
  2.83297682,
];

function polynomial([first, second, ...rest]: readonly number[], x: Tensor): Tensor {
  return rest.reduce((value, coefficient) => add(mul(value, x), coefficient), add(mul(x, first!), second!));
}

/** Within 1e-6 of the inverse, relatively; -1 and 1 give NaN. */
function approximate(x: Tensor): Tensor {
  const w = neg(log(mul(sub(1, x), add(x, 1))));
  return mul(x, where(less(w, 5), polynomial(middle, sub(w, 2.5)), polynomial(tail, sub(sqrt(w), 3))));
}

/** sqrt(pi) / 2. */
const slope = 0.8862269254527579;

/** One step of Halley's method, which cubes the relative error. */
function improved(x: Tensor, y: Tensor): Tensor {
  const newton = mul(mul(sub(erf(y), x), slope), exp(mul(y, y)));
  return sub(y, div(newton, add(mul(y, newton), 1)));
}

const erfInvOperation: Operation<None> = /*#__PURE__*/ composedUnary(
  "erfInv",
  (x) => {
    const y = approximate(x);
    const inside = x.dtype === "float64" ? improved(x, y) : y;
    return where(equal(x, 1), Infinity, where(equal(x, -1), -Infinity, inside));
  },
  (dy, _x, y) => mul(dy, mul(exp(mul(y, y)), slope)),
);

/**
 * The number whose error function is x, for x from -1 (-Infinity) to 1 (Infinity); NaN beyond. Giles 2012, Approximating the erfinv function,
 * GPU Computing Gems Jade, chapter 10, with a step of Halley's method for float64.
 */
export function erfInv(x: Tensor): Tensor {
  return onFloat(erfInvOperation, x);
}
