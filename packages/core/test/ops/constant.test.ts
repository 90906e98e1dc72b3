import { cpu } from "@gradloom/backend-cpu";
import { add, compile, constant, explain, mul, scan, sum, tensor, useBackend, variable } from "@gradloom/core";
import { beforeAll, expect, test } from "vitest";
import { apply, none } from "../../src/ops/apply.ts";
import type { None } from "../../src/tensor/primitives.ts";
import { fused } from "../../src/tensor/operation.ts";

beforeAll(() => useBackend(cpu()));

test("a constant is a part of its program, a tensor a slot", () => {
  const x = tensor([1, 2, 3]);
  expect(explain(add(x, constant([4, 5, 6])))).toBe(
    "slot 0: float32 [3]\n@0 float32 [3] = { add(slot 0, data of 3) }\nreturn @0\narena: 16 bytes",
  );
  expect(explain(add(x, constant([4])))).toContain("add(slot 0, 4)");
  expect(explain(add(x, tensor([4, 5, 6])))).toContain("add(slot 0, slot 1)");
});

test("equal constants are one, and programs with other constants are others", async () => {
  const x = tensor([1, 2]);
  expect(explain(add(mul(x, constant([3, 4])), constant([3, 4])))).not.toContain("stretched");
  expect([...(await mul(x, constant([3, 4])).data())]).toEqual([3, 8]);
  expect([...(await mul(x, constant([5, 6])).data())]).toEqual([5, 12]);
  expect([...(await mul(x, constant([[5, 6]])).data())]).toEqual([5, 12]);
});

test("a constant may be read, assigned, closed over by a loop and given to a compiled function", async () => {
  const table = constant([1, 2]);
  expect([...(await table.data())]).toEqual([1, 2]);
  const cell = variable([0, 0]);
  cell.assign(table);
  expect([...(await cell.data())]).toEqual([1, 2]);
  const { carry } = scan(([state]) => ({ carry: [add(state!, table)] }), { initial: [tensor([0, 0])], length: 3 });
  expect([...(await carry[0]!.data())]).toEqual([3, 6]);
  const total = compile((x) => sum(x));
  expect(await total(table).item()).toBe(3);
  expect(await total(constant([4, 5])).item()).toBe(9);
});

test("tensors and numbers that a meaning makes are known to the program", async () => {
  const weighted = fused<None>({
    name: "weighted",
    infer: ([x]) => [x!],
    compose: ([x]) => [add(mul(x!, tensor([10, 20])), 0.5)],
  });
  const y = apply(weighted, [tensor([1, 2])], none);
  expect(explain(y)).toContain("add(mul(slot 0, data of 2), 0.5)");
  expect([...(await y.data())]).toEqual([10.5, 40.5]);
});
