import {
  type ActivationFactory,
  add,
  defineActivation,
  erf,
  greater,
  less,
  mul,
  oneOf,
  tanh,
  type Tensor,
  where,
} from "@gradloom/core";

/** Options of `gelu`. */
export interface GeluOptions {
  /** `tanh` for the approximation of GPT-2 and BERT's first code, off by up to 0.0005; `none` (the exact form) if left out. */
  readonly approximate?: "none" | "tanh";
}

/** Beyond ±40, Φ is 0 or 1 in every float; there no product may meet an infinity. */
const far = 40;

/** x · Φ(x), where Φ is the normal distribution function: the Gaussian error linear unit (Hendrycks & Gimpel 2016, https://arxiv.org/abs/1606.08415). */
export const gelu: ActivationFactory<GeluOptions, "gelu"> = /*#__PURE__*/ defineActivation(
  "gelu",
  { approximate: oneOf("none", "tanh") },
  (x, { approximate = "none" }: GeluOptions) => {
    const above = greater(x, far);
    const held = where(above, 0, where(less(x, -far), -far, x));
    const odd = approximate === "tanh" ? tanh(bent(held)) : erf(mul(held, Math.SQRT1_2));
    return where(above, x, mul(mul(held, 0.5), add(odd, 1)));
  },
);

/** sqrt(2 / pi) (x + 0.044715 x^3), whose tanh is close to erf(x / sqrt 2). */
function bent(x: Tensor): Tensor {
  return mul(mul(x, Math.sqrt(2 / Math.PI)), add(mul(mul(x, x), 0.044715), 1));
}
