// The same network as in mlp, in a loop of one's own instead of the Trainer.
import { cpu } from "@gradloom/backend-cpu";
import { build, gradients, mean, mul, Optimizer, sequential, sub, tensor, useBackend } from "@gradloom/core";
import { relu } from "@gradloom/activations";
import { dense } from "@gradloom/layers-dense";
import { adam } from "@gradloom/optimizers";

useBackend(cpu());
const x = tensor([
  [0, 0],
  [0, 1],
  [1, 0],
  [1, 1],
]);
const y = tensor([[0], [1], [1], [0]]);
const model = build(sequential(dense({ units: 8, activation: relu }), dense({ units: 1 })), { input: [2] });
const optimizer = new Optimizer(adam({ learningRate: 0.05 }), model.parameters);
for (let step = 0; step < 200; step++) {
  const error = sub(model.call(x), y);
  optimizer.step(gradients(mean(mul(error, error)), model.trainable));
}
console.log(await model.call(x).data());
