import { cpu } from "@gradloom/backend-cpu";
import { log10, log2, tensor, useBackend } from "@gradloom/core";
import { beforeAll, expect, test } from "vitest";
import { values } from "./values.ts";

beforeAll(() => useBackend(cpu()));

const from = (first: number, last: number): readonly number[] =>
  Array.from({ length: last - first + 1 }, (_, at) => first + at);

test("log2 is exact for every power of two of both float dtypes", async () => {
  const single = from(-149, 127);
  expect(await values(log2(tensor(Float32Array.from(single, (power) => 2 ** power))))).toEqual(single);
  const double = from(-1074, 1023);
  expect(await values(log2(tensor(Float64Array.from(double, (power) => 2 ** power))))).toEqual(double);
});

test("log10 is exact for every power of ten that floats hold, and of the others the nearest in float32", async () => {
  const single = from(-37, 38);
  expect(await values(log10(tensor(Float32Array.from(single, (power) => Number(`1e${power}`)))))).toEqual(single);
  const double = from(0, 22);
  expect(await values(log10(tensor(Float64Array.from(double, (power) => Number(`1e${power}`)))))).toEqual(double);
});

test("neighbours of powers are not taken for them", async () => {
  const unit = 2 ** -52;
  const [above, below, one] = await values(
    log2(tensor(Float64Array.of(2 * (1 + 4 * unit), 2 * (1 - 4 * unit), 1 + unit))),
  );
  expect([above! > 1, below! < 1]).toEqual([true, true]);
  expect(one).toBeCloseTo(unit / Math.LN2, 30);
  expect(await values(log10(tensor(Float64Array.of(1 + unit))))).toEqual([expect.closeTo(unit / Math.LN10, 30)]);
});
