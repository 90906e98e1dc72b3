import type * as core from "@gradloom/core";
import { add, createTrainer, matmul, tensor, type Tensor, variable } from "@gradloom/core";
import type * as gradloom from "gradloom";
import { cpu, dense, mse, sequential, sgd } from "gradloom";
import { beforeAll, describe, expect, test, vi } from "vitest";

/** The packages once more, as a program has them that installed two versions. */
let other: typeof gradloom;
let otherCore: typeof core;

beforeAll(async () => {
  vi.resetModules();
  other = await import("gradloom");
  otherCore = await import("@gradloom/core");
});

const advice = "was made by another copy of @gradloom/core; a program needs one copy, npm ls @gradloom/core shows them";

describe("two copies of core in one program", () => {
  test("are told where their tensors meet", () => {
    const foreign = otherCore.tensor([[1, 2]]) as unknown as Tensor;
    expect(foreign).not.toBeInstanceOf(tensor([1]).constructor);
    expect(() => add(tensor([1, 2]), foreign)).toThrow(`add: a tensor ${advice}`);
    expect(() => matmul(foreign, tensor([[1], [2]]))).toThrow(`matmul: a tensor ${advice}`);
    expect(() => variable([1, 2]).assign(foreign)).toThrow(`assign: a tensor ${advice}`);
  });

  test("are told where a plugin meets a trainer", () => {
    const model = sequential(dense({ units: 1 }));
    expect(() =>
      createTrainer({ plugins: [cpu(), other.optimizers as never], model, loss: mse, optimizer: sgd({}) }),
    ).toThrow(`registry: plugin @gradloom/optimizers ${advice}`);
  });

  test("are told where a layer meets a model", () => {
    expect(() =>
      createTrainer({
        plugins: [cpu()],
        model: other.dense({ units: 1 }) as never,
        input: [2],
        loss: mse,
        optimizer: sgd({}),
      }),
    ).toThrow(`parameter kernel: the initializer: a tensor ${advice}`);
  });
});
