import { define, mean, mul, type Regularizer, sum } from "@gradloom/core";
import { regularizerSuite } from "@gradloom/testing";
import { describe, expect, test } from "vitest";
import { collectLaws, faultOf, faultsIn, type Laws } from "./collect-laws.ts";

/** The laws of a squared norm that is computed in some way. */
function laws(compute: Regularizer): Laws {
  const squares = define("regularizer", "squares", {}, () => compute);
  const formula = (values: readonly number[]): number => values.reduce((total, value) => total + value * value, 0);
  return collectLaws((runner) =>
    regularizerSuite({ squares: { make: () => squares(), formula } }, runner, { plugins: [squares] }),
  );
}

const values = "squares > gives what its reference says, in float64";

describe("the regularizer suite", () => {
  test("lets a right regularizer pass", async () => {
    const right = laws((parameter) => sum(mul(parameter, parameter)));
    expect(await faultsIn(right)).toEqual([]);
  });

  test("finds another scale", async () => {
    expect(
      await faultOf(
        laws((parameter) => mean(mul(parameter, parameter))),
        values,
      ),
    ).toMatch(/output 0, float64 \[\]: element \[\] is .*, expected/);
  });

  test("finds a penalty that is not a single number", async () => {
    expect(
      await faultOf(
        laws((parameter) => sum(mul(parameter, parameter), { axis: 0 })),
        values,
      ),
    ).toMatch(/output 0 is float64 \[.+\], expected float64 \[\]/);
  });
});
