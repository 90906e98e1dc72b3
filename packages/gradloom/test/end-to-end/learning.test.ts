import { relu, tanh } from "@gradloom/activations";
import { cpu } from "@gradloom/backend-cpu";
import { createTrainer, type EpochReport, residual, sequential, tensor } from "@gradloom/core";
import { arrays } from "@gradloom/data";
import { iris, spirals, xor } from "@gradloom/datasets";
import { heNormal } from "@gradloom/initializers";
import { dense } from "@gradloom/layers-dense";
import { binaryCrossEntropy, mse, softmaxCrossEntropy } from "@gradloom/losses";
import { accuracy, binaryAccuracy } from "@gradloom/metrics";
import { adam, adamW, clipped, sgd } from "@gradloom/optimizers";
import { l2 } from "@gradloom/regularizers";
import { expect, test } from "vitest";

function lastOf(reports: readonly EpochReport[]): EpochReport {
  return reports.at(-1)!;
}

test("exclusive or is learned by two layers with sgd and momentum", async () => {
  const { inputs, labels, shape } = xor();
  const data = arrays({ x: { data: inputs, shape }, y: labels }).batch(4);
  const trainer = createTrainer({
    plugins: [cpu()],
    model: sequential(dense({ units: 8, activation: tanh }), dense({ units: 1 })),
    loss: binaryCrossEntropy,
    optimizer: sgd({ learningRate: 0.5, momentum: 0.9 }),
    metrics: [binaryAccuracy],
  });
  const { metrics } = lastOf(await trainer.fit(data, { epochs: 300 }));
  expect(metrics["binaryAccuracy"]).toBe(1);
  expect(metrics["loss"]).toBeLessThan(0.05);
  const logits = await trainer.predict(tensor(inputs, { shape })).data();
  expect(Array.from(logits, (logit) => Number(logit > 0))).toEqual([...labels]);
});

test("spirals are learned, and points that were not seen are told apart", async () => {
  const { inputs, labels, shape } = spirals({ samples: 600, classes: 3, noise: 0.02 });
  const [train, rest] = arrays({ x: { data: inputs, shape }, y: labels }).split(0.75, { choice: "stratified" });
  const wide = dense({ units: 32, activation: relu, kernelInitializer: heNormal });
  const trainer = createTrainer({
    plugins: [cpu()],
    model: sequential(
      wide,
      residual(dense({ units: 32, activation: relu, kernelInitializer: heNormal })),
      dense({ units: 3 }),
    ),
    loss: softmaxCrossEntropy,
    optimizer: clipped(adam({ learningRate: 0.01 }), { globalNorm: 5 }),
    metrics: [accuracy],
  });
  const { metrics, validation } = lastOf(
    await trainer.fit(train.shuffle().batch(32), { epochs: 60, validation: rest }),
  );
  expect(metrics["accuracy"]).toBeGreaterThan(0.95);
  expect(validation!["accuracy"]).toBeGreaterThan(0.93);
});

test("irises are told apart by measurements that were not seen", async () => {
  const { inputs, labels, shape } = iris();
  const [train, rest] = arrays({ x: { data: inputs, shape }, y: labels }).split(0.7, { choice: "stratified" });
  const trainer = createTrainer({
    plugins: [cpu()],
    model: sequential(
      dense({ units: 16, activation: relu, kernelRegularizer: l2({ factor: 1e-3 }) }),
      dense({ units: 3 }),
    ),
    loss: softmaxCrossEntropy({ labelSmoothing: 0.05 }),
    optimizer: adamW({ learningRate: 0.02 }),
    metrics: [accuracy],
  });
  await trainer.fit(train.shuffle().batch(16), { epochs: 60 });
  expect((await trainer.evaluate(rest))["accuracy"]).toBeGreaterThan(0.9);
});

test("a line is fitted: the weights are those of the least squares", async () => {
  const x = Float64Array.from({ length: 40 }, (_, at) => at / 20 - 1);
  const y = x.map((value) => 3 * value - 0.5);
  const trainer = createTrainer({
    plugins: [cpu()],
    dtype: "float64",
    model: dense({ units: 1 }),
    loss: mse,
    optimizer: sgd({ learningRate: 0.3 }),
  });
  await trainer.fit(
    arrays({ x: { data: x, shape: [40, 1] }, y })
      .shuffle()
      .batch(10),
    { epochs: 100 },
  );
  const [kernel, bias] = await Promise.all(trainer.model.parameters.map(({ variable }) => variable.data()));
  expect(kernel![0]).toBeCloseTo(3, 6);
  expect(bias![0]).toBeCloseTo(-0.5, 6);
});
