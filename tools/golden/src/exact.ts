// Real numbers to 1,024 bits after the point, as BigInts: formulas computed with these are right to the last bit of a double.

const places = 1024n;
const unit = 1n << places;

/** The number that a double is, exactly; its smallest bits are beyond 2^-1024 only where it is below 1e-250. */
export function exact(double: number): bigint {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, double);
  const bits = view.getBigUint64(0);
  const exponent = Number((bits >> 52n) & 2047n);
  const mantissa = (bits & ((1n << 52n) - 1n)) | (exponent === 0 ? 0n : 1n << 52n);
  const shift = places + BigInt(Math.max(exponent, 1) - 1075);
  const size = shift >= 0n ? mantissa << shift : mantissa >> -shift;
  return bits >> 63n === 0n ? size : -size;
}

/** The double that is nearest, of two the even one. */
export function rounded(x: bigint): number {
  const size = x < 0n ? -x : x;
  const drop = Math.max(0, size.toString(2).length - 54);
  const kept = size >> BigInt(drop);
  // A last bit that is set wherever anything was dropped keeps ties apart from what is above them.
  const sticky = kept << BigInt(drop) === size ? 0n : 1n;
  const double = Number((kept << 1n) | sticky) * 2 ** (drop - 1 - Number(places) / 2) * 2 ** (-Number(places) / 2);
  return x < 0n ? -double : double;
}

export const one: bigint = unit;
export const two: bigint = 2n * unit;

export const multiply = (a: bigint, b: bigint): bigint => (a * b) >> places;
export const divide = (a: bigint, b: bigint): bigint => (a << places) / b;
export const square = (x: bigint): bigint => multiply(x, x);
export const absolute = (x: bigint): bigint => (x < 0n ? -x : x);
export const sum = (numbers: readonly bigint[]): bigint => numbers.reduce((a, b) => a + b, 0n);

export function squareRoot(x: bigint): bigint {
  if (x === 0n) return 0n;
  const target = x << places;
  let root = 1n << BigInt(Math.ceil(target.toString(2).length / 2));
  for (;;) {
    const next = (root + target / root) >> 1n;
    if (next >= root) return root;
    root = next;
  }
}

/** e to the power x: Taylor's series of x / 2^64, squared 64 times. */
export function exponential(x: bigint): bigint {
  if (x < 0n) return divide(one, exponential(-x));
  const halvings = 64n;
  const small = x >> halvings;
  let term = one;
  let total = one;
  for (let n = 1n; term !== 0n; n++) {
    term = multiply(term, small) / n;
    total += term;
  }
  for (let n = 0n; n < halvings; n++) total = square(total);
  return total;
}

/** The natural logarithm, by Newton's steps for the exponential. */
export function logarithm(x: bigint): bigint {
  let y = exact(Math.log(rounded(x)));
  for (let step = 0; step < 6; step++) y += divide(2n * (x - exponential(y)), x + exponential(y));
  return y;
}

/** 4 (4 arctan(1/5) - arctan(1/239)): Machin's formula. */
export const pi: bigint = 4n * (4n * arctangentOfInverse(5n) - arctangentOfInverse(239n));

function arctangentOfInverse(n: bigint): bigint {
  let power = one / n;
  let total = power;
  for (let k = 1n; power !== 0n; k++) {
    power /= n * n;
    total += (k % 2n === 0n ? power : -power) / (2n * k + 1n);
  }
  return total;
}

/** 2 / sqrt(pi) times the sum of (-1)^n x^(2n + 1) / (n! (2n + 1)). */
export function errorFunction(x: bigint): bigint {
  let power = x;
  let total = x;
  for (let n = 1n; power !== 0n && n < 100_000n; n++) {
    power = -multiply(power, square(x)) / n;
    total += power / (2n * n + 1n);
  }
  return divide(2n * total, squareRoot(pi));
}

export function hyperbolicTangent(x: bigint): bigint {
  const power = exponential(-2n * absolute(x));
  const size = divide(one - power, one + power);
  return x < 0n ? -size : size;
}
