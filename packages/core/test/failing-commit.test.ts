import { cpu } from "@gradloom/backend-cpu";
import { add, sum, tensor, useBackend, variable, zeros } from "@gradloom/core";
import { type Backend, sizeOf } from "@gradloom/core/backend";
import { afterEach, expect, test } from "vitest";

/** A backend that has no room for large values, as long as it is said to be full. */
const memory = { full: true };
const whole = cpu();
const small: Backend = {
  ...whole,
  compile(program) {
    const large = program.results.some(({ region }) => sizeOf(region.shape) >= 1000);
    if (large && memory.full) throw new Error("no room");
    return whole.compile(program);
  },
};

afterEach(() => void (memory.full = true));

test("a first value that cannot be computed fails whoever asks for it, and nobody else", async () => {
  useBackend(small);
  const large = variable(add(zeros([1000]), 1));
  const other = variable(tensor([1, 2]));
  await expect(sum(other.value).item()).rejects.toThrow("no room");
  expect(await sum(other.value).item()).toBe(3);
  await expect(large.data()).rejects.toThrow("no room");
  await expect(sum(large.value).item()).rejects.toThrow("no room");
  expect(await sum(tensor([4, 5])).item()).toBe(9);
  memory.full = false;
  expect(await sum(large.value).item()).toBe(1000);
  expect((await large.data())[999]).toBe(1);
});

test("a variable whose first value failed takes another one", async () => {
  useBackend(small);
  const large = variable(add(zeros([1000]), 1));
  await expect(large.data()).rejects.toThrow("no room");
  large.assign(add(large.value, 1));
  await expect(large.data()).rejects.toThrow("no room");
  memory.full = false;
  expect((await large.data())[0]).toBe(2);
});
