/** C's pow; JavaScript's gives NaN for 1^NaN and (±1)^±∞. */
export function pow(a: number, b: number): number {
  return a === 1 || (a === -1 && Math.abs(b) === Infinity) ? 1 : a ** b;
}

/**
 * Cody's two quotients of polynomials, highest power first: erf x = x top(x²) / bottom(x²) up to 0.46875, and 1 - e^(-x²) top(x) / bottom(x)
 * beyond. Cody 1969, Rational Chebyshev approximations for the error function, https://doi.org/10.1090/S0025-5718-1969-0247736-4; his second
 * range serves up to 6, where erf rounds to 1.
 */
export const erfQuotients: Readonly<Record<"inner" | "outer", Readonly<Record<"top" | "bottom", readonly number[]>>>> =
  {
    inner: {
      top: [
        1.85777706184603153e-1, 3.1611237438705656, 1.13864154151050156e2, 3.77485237685302021e2, 3.20937758913846947e3,
      ],
      bottom: [1, 2.36012909523441209e1, 2.44024637934444173e2, 1.28261652607737228e3, 2.84423683343917062e3],
    },
    outer: {
      top: [
        2.15311535474403846e-8, 5.64188496988670089e-1, 8.88314979438837594, 6.61191906371416295e1,
        2.98635138197400131e2, 8.8195222124176909e2, 1.71204761263407058e3, 2.05107837782607147e3,
        1.23033935479799725e3,
      ],
      bottom: [
        1, 1.57449261107098347e1, 1.17693950891312499e2, 5.37181101862009858e2, 1.62138957456669019e3,
        3.29079923573345963e3, 4.36261909014324716e3, 3.43936767414372164e3, 1.23033935480374942e3,
      ],
    },
  };

/** The error function within 4 units in the last place. */
export function erf(x: number): number {
  const { inner, outer } = erfQuotients;
  const distance = Math.abs(x);
  if (distance <= 0.46875) return (x * polynomial(inner.top, x * x)) / polynomial(inner.bottom, x * x);
  if (!(distance < 6)) return Math.sign(x);
  const complement = (Math.exp(-x * x) * polynomial(outer.top, distance)) / polynomial(outer.bottom, distance);
  return x < 0 ? complement - 1 : 1 - complement;
}

function polynomial(coefficients: readonly number[], x: number): number {
  let value = 0;
  for (let i = 0; i < coefficients.length; i++) value = value * x + coefficients[i]!;
  return value;
}
