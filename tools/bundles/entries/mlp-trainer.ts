// The least that trains a network of dense layers.
import { cpu } from "@gradloom/backend-cpu";
import { createTrainer, sequential, tensor } from "@gradloom/core";
import { relu } from "@gradloom/activations";
import { dense } from "@gradloom/layers-dense";
import { softmaxCrossEntropy } from "@gradloom/losses";
import { adam } from "@gradloom/optimizers";

const x = tensor([
  [0, 0],
  [0, 1],
  [1, 0],
  [1, 1],
]);
const y = tensor(new Int32Array([0, 1, 1, 0]));

const trainer = createTrainer({
  plugins: [cpu()],
  model: sequential(dense({ units: 8, activation: relu }), dense({ units: 2 })),
  loss: softmaxCrossEntropy,
  optimizer: adam({ learningRate: 0.05 }),
});
await trainer.fit({ batches: () => [{ x, y }] }, { epochs: 200 });
console.log(await trainer.predict(x).data());
