import type { DType } from "@gradloom/core/backend";
import fc from "fast-check";
import { describe, it } from "vitest";
import { allDtypes, anyNumber, numbers } from "./arbitraries.ts";
import { expectEach, stored } from "./run-kernel.ts";

describe("cast", () => {
  const limits: { readonly [Name in DType]?: readonly [number, number] } = {
    int32: [-0x80000000, 0x7fffffff],
    uint32: [0, 0xffffffff],
    uint8: [0, 255],
  };
  const bits: { readonly [Name in DType]?: number } = { int32: 32, uint32: 32, uint8: 8 };

  function expectation(from: DType, to: DType, x: number): number {
    if (to === "bool") return Number(x !== 0);
    if (to === "float32") return Math.fround(x);
    if (to === "float64") return x;
    const [least, most] = limits[to]!;
    if (from === "float32" || from === "float64") {
      return Number.isNaN(x) ? 0 : Math.min(most, Math.max(least, Math.trunc(x))) + 0;
    }
    const wrapped = BigInt.asUintN(bits[to]!, BigInt(x));
    return Number(to === "int32" ? BigInt.asIntN(32, wrapped) : wrapped);
  }

  const edges = [
    0.5,
    -0.5,
    -1,
    254.9,
    255.5,
    2 ** 31 - 0.5,
    2 ** 31,
    -(2 ** 31) - 0.5,
    2 ** 32 - 0.5,
    2 ** 32,
    -1e30,
    1e30,
  ];

  for (const from of allDtypes) {
    for (const to of allDtypes) {
      it(`${from} to ${to} truncates and saturates floats, wraps integers and takes NaN for true or 0`, () => {
        const element = from.startsWith("float")
          ? fc.oneof(anyNumber[from], fc.constantFrom(...edges))
          : anyNumber[from];
        const inputs = fc.nat(9).chain((size) => numbers(from, [size], element));
        fc.assert(
          fc.property(inputs, (x) => {
            const values = stored(from, x.values);
            expectEach(
              "cast",
              [x],
              to,
              values.map((value) => expectation(from, to, value)),
            );
          }),
        );
      });
    }
  }
});
