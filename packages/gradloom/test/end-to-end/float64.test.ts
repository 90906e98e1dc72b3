import { cpu } from "@gradloom/backend-cpu";
import {
  accumulate,
  createTrainer,
  type Metric,
  mul,
  Optimizer,
  sum,
  tensor,
  useBackend,
  variable,
} from "@gradloom/core";
import { stream } from "@gradloom/data";
import { ones } from "@gradloom/initializers";
import { dense } from "@gradloom/layers-dense";
import { mse } from "@gradloom/losses";
import { lossOf } from "@gradloom/metrics";
import { clipped, sgd } from "@gradloom/optimizers";
import { describe, expect, test } from "vitest";

useBackend(cpu());

const float64 = (values: readonly number[], shape = [values.length]) => tensor(Float64Array.from(values), { shape });

describe("an optimizer at work on float64 parameters", () => {
  test("takes the learning rate as it is given", async () => {
    const weight = variable(float64([0]));
    const optimizer = new Optimizer(sgd({ learningRate: 0.1 }), [weight]);
    optimizer.step([float64([1])]);
    expect([...(await weight.data())]).toEqual([-0.1]);
    optimizer.setLearningRate(0.3);
    optimizer.step([float64([1])]);
    expect([...(await weight.data())]).toEqual([-0.1 - 0.3]);
  });

  test("gives schedules a count of their dtype", async () => {
    const weight = variable(float64([0]));
    new Optimizer(sgd({ learningRate: (count) => count.mul(0.1) }), [weight]).step([float64([1])]);
    expect([...(await weight.data())]).toEqual([-0.1]);
  });

  test("takes the norm of all gradients in the widest dtype among the parameters", async () => {
    const wide = variable(float64([0]));
    const narrow = variable([0]);
    const rule = clipped(sgd({ learningRate: 1 }), { globalNorm: 5 });
    new Optimizer(rule, [narrow, wide]).step([tensor([3e18]), float64([4e30])]);
    expect([...(await wide.data())]).toEqual([-5]);
    expect((await narrow.data())[0]).toBeCloseTo(-3.75e-12, 18);
  });
});

/** A metric that adds up the targets. */
const total: Metric = {
  statistics: { total: [] },
  amounts: (_, target, weights) => ({ total: sum(mul(target.reshape([-1]), weights)) }),
  result: ({ total: all }) => all!,
};

describe("a trainer of a float64 model", () => {
  const x = float64([1, 1, 1], [3, 1]);
  const y = float64([0.1, 0.2, 0.7], [3, 1]);
  const weights = float64([0.1, 0.2, 0.3]);
  const trainerOf = (dtype: "float32" | "float64", batches = 1) =>
    createTrainer({
      plugins: [cpu()],
      dtype,
      model: dense({ units: 1, kernelInitializer: ones, bias: false }),
      input: [1],
      loss: mse,
      optimizer: sgd({ learningRate: 0.1 }),
      metrics: { total, bare: lossOf(mse) },
      ...(batches > 1 ? { accumulation: accumulate({ batches }) } : {}),
    });
  // Sums of three numbers below 1: each rounds by 2⁻⁵³ at most three times.
  const near = (value: number): unknown => expect.closeTo(value, 15);

  test("keeps losses, weights and metrics in float64", async () => {
    const loss = (0.1 * 0.9 ** 2 + 0.2 * 0.8 ** 2 + 0.3 * 0.3 ** 2) / 0.6;
    const given = { total: near(0.26), loss: near(loss), bare: near(loss) };
    const trainer = trainerOf("float64");
    expect(await trainer.evaluate(stream([{ x, y, weights }]))).toEqual(given);
    const [report] = await trainer.fit(stream([{ x, y, weights }]));
    expect(report!.metrics).toEqual(given);
    const slope = (-2 * (0.1 * -0.9 + 0.2 * -0.8 + 0.3 * -0.3)) / 0.6;
    expect([...(await trainer.model.parameters[0]!.variable.data())]).toEqual([near(1 - 0.1 * slope)]);
  });

  test.each([1, 2])("takes weights of the other float too, %i batches in a step", async (batches) => {
    for (const [dtype, other] of [
      ["float32", weights],
      ["float64", tensor([0.1, 0.2, 0.3])],
    ] as const) {
      const [report] = await trainerOf(dtype, batches).fit(stream([{ x, y, weights: other }]));
      expect(report!.metrics["total"]).toBeCloseTo(0.26, 6);
    }
  });
});
