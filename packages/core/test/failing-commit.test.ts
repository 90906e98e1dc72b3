import { cpu } from "@gradloom/backend-cpu";
import { add, compile, sum, tensor, useBackend, variable, zeros } from "@gradloom/core";
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

test.each(["copy", "run"] as const)("a commit whose %s fails leaves variables as they were", async (failing) => {
  let broken: string | undefined;
  const unless = (name: string): void => {
    if (name === broken) throw new Error("broken");
  };
  const fragile: Backend = {
    ...whole,
    compile(program) {
      const executable = whole.compile(program);
      return {
        run(slots) {
          unless("run");
          return executable.run(slots);
        },
      };
    },
    copy(buffer) {
      unless("copy");
      return whole.copy(buffer);
    },
  };
  useBackend(fragile);
  const [x, y] = [variable(tensor([1, 2])), variable(tensor([3, 4]))];
  const held = [x.value, y.value];
  await x.data();
  for (const each of [x, y]) each.assign(add(each.value, 1));
  broken = failing;
  await expect(x.data()).rejects.toThrow("broken");
  broken = undefined;
  const step = compile(
    () => {
      for (const each of [x, y]) each.assign(add(each.value, 10));
    },
    { backend: fragile },
  );
  for (let call = 0; call < 3; call++) step();
  const read = await Promise.all([x, y, ...held].map(async (each) => Array.from(await each.data())));
  expect(read).toEqual([
    [31, 32],
    [33, 34],
    [1, 2],
    [3, 4],
  ]);
});
