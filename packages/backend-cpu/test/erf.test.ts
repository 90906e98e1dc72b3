import { erf } from "@gradloom/core/backend";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { runKernel } from "./run-kernel.ts";

const precision = 400n;
const one = 1n << precision;
/** 2/√π */
const factor =
  (one * 11283791670955125738961589031215451716881012586579977136881714434212849368829868289734873204n) / 10n ** 91n;

/** 2/√π Σ (-1)^n x^(2n+1) / (n! (2n+1)), its Taylor series, with 400 binary digits after the point. */
function series(x: number): bigint {
  const exact = BigInt(x * 2 ** 100) << (precision - 100n);
  const square = (exact * exact) >> precision;
  let power = exact;
  let total = exact;
  for (let n = 1n; power !== 0n && power !== -1n; n++) {
    power = -((power * square) >> precision) / n;
    total += power / (2n * n + 1n);
  }
  return (total * factor) >> precision;
}

function unitsInLastPlace(value: number, exact: bigint): number {
  const unit = 2 ** (Math.floor(Math.log2(Math.abs(value))) - 52);
  const error = Number(BigInt(value * 2 ** 100) * 2n ** (precision - 100n) - exact) / 2 ** 400;
  return Math.abs(error) / unit;
}

describe("erf", () => {
  it("is within 4 units in the last place of its Taylor series", () => {
    const range = fc.double({ min: 2 ** -40, max: 6.5, noNaN: true }).map((x) => Math.round(x * 2 ** 60) / 2 ** 60);
    fc.assert(
      fc.property(fc.oneof(range, fc.constantFrom(0.46875, 0.4687500001, 1, 4, 5.9, 6)), (x) => {
        expect(unitsInLastPlace(erf(x), series(x))).toBeLessThan(4);
      }),
      { numRuns: 2000 },
    );
  });

  it("agrees with published values", () => {
    // Abramowitz and Stegun, Handbook of mathematical functions, table 7.1.
    expect(erf(0.5)).toBeCloseTo(0.5204998778, 10);
    expect(erf(1)).toBeCloseTo(0.8427007929, 10);
    expect(erf(2)).toBeCloseTo(0.995322265, 10);
  });

  it("is odd, keeps the sign of zero and ends at 1", () => {
    const values = [0, -0, 5e-324, 6, 7, Infinity, -Infinity, NaN];
    const [y] = runKernel("erf", [{ dtype: "float64", shape: [8], values }], [{ dtype: "float64", shape: [8] }], {});
    expect(y).toEqual([0, -0, 5e-324, 1, 1, 1, -1, NaN]);
    fc.assert(
      fc.property(fc.double({ noNaN: true }), (x) => {
        expect(erf(-x)).toBe(-erf(x));
      }),
    );
  });
});
