/** Functions of doubles that modules import: V8 calls those of Math without leaving machine code. */
export const hostFunctions: Readonly<Record<string, (a: number, b: number) => number>> = {
  exp: Math.exp,
  expm1: Math.expm1,
  log: Math.log,
  log1p: Math.log1p,
  sin: Math.sin,
  cos: Math.cos,
  tanh: Math.tanh,
  atan: Math.atan,
  erf,
  pow,
};

/** C's pow; JavaScript's gives NaN for 1^NaN and (±1)^±∞. */
function pow(a: number, b: number): number {
  return a === 1 || (a === -1 && Math.abs(b) === Infinity) ? 1 : a ** b;
}

// Numerators and denominators of Cody's two quotients, highest power first.
const innerTop = [
  1.85777706184603153e-1, 3.1611237438705656, 1.13864154151050156e2, 3.77485237685302021e2, 3.20937758913846947e3,
];
const innerBottom = [1, 2.36012909523441209e1, 2.44024637934444173e2, 1.28261652607737228e3, 2.84423683343917062e3];
const outerTop = [
  2.15311535474403846e-8, 5.64188496988670089e-1, 8.88314979438837594, 6.61191906371416295e1, 2.98635138197400131e2,
  8.8195222124176909e2, 1.71204761263407058e3, 2.05107837782607147e3, 1.23033935479799725e3,
];
const outerBottom = [
  1, 1.57449261107098347e1, 1.17693950891312499e2, 5.37181101862009858e2, 1.62138957456669019e3, 3.29079923573345963e3,
  4.36261909014324716e3, 3.43936767414372164e3, 1.23033935480374942e3,
];

/** The error function within 4 units in the last place: Cody 1969, https://doi.org/10.1090/S0025-5718-1969-0247736-4. */
function erf(x: number): number {
  const size = Math.abs(x);
  if (size <= 0.46875) return (x * horner(innerTop, x * x)) / horner(innerBottom, x * x);
  if (!(size < 6)) return Math.sign(x);
  const complement = (Math.exp(-x * x) * horner(outerTop, size)) / horner(outerBottom, size);
  return x < 0 ? complement - 1 : 1 - complement;
}

function horner(coefficients: readonly number[], x: number): number {
  let value = 0;
  for (let at = 0; at < coefficients.length; at++) value = value * x + coefficients[at]!;
  return value;
}
