// A user's program with kernels of two packages: a layer of distances and cube roots is trained.
import { pairwiseDistances } from "@acme/distances";
import { distanceKernels } from "@acme/distances/wasm";
import { cubeRoot } from "@acme/roots";
import { rootKernelsOfCpu } from "@acme/roots/cpu";
import { rootKernels } from "@acme/roots/wasm";
import {
  adam,
  add,
  arrays,
  createTrainer,
  define,
  explain,
  plugins,
  sequential,
  tensor,
  useBestBackend,
  wasm,
} from "gradloom";

const kernels = [distanceKernels, rootKernels, rootKernelsOfCpu];

const prototypes = define("layer", "acme.prototypes", {}, () => ({
  build: ([width], make) => {
    const points = make.parameter("points", [3, width], { initializer: "glorotUniform" });
    return { output: [3], call: (x) => cubeRoot(add(pairwiseDistances(x, points.value), 0.1)) };
  },
}))();

const x = { data: Float32Array.from({ length: 32 }, (_, at) => ((at * 7) % 11) / 11), shape: [16, 2] };
const data = arrays({ x, y: { data: new Float32Array(48).fill(0.9), shape: [16, 3] } }).batch(8);
const trainer = createTrainer({
  plugins: [wasm({ threads: 1 }), ...kernels, ...plugins],
  model: sequential(prototypes),
  loss: "mse",
  optimizer: adam({ learningRate: 0.05 }),
  seed: 1,
});
const before = await trainer.evaluate(data);
await trainer.fit(data, { epochs: 20 });
const after = await trainer.evaluate(data);
console.log(`the loss ${after.loss < before.loss / 2 ? "fell" : `went from ${before.loss} to ${after.loss}`}`);

const points = tensor([
  [0, 1],
  [2, 3],
]);
const y = cubeRoot(add(pairwiseDistances(points, points), 8));
const steps = explain(y, { backend: wasm({ kernels }) })
  .split("\n")
  .filter((line) => line.includes(" = "));
console.log(steps.join("\n"));
const best = await useBestBackend({ kernels });
const values = await cubeRoot(add(pairwiseDistances(points, points), 8)).data();
console.log(best.name, Array.from(values, (value) => value.toFixed(4)).join());
await best.dispose();
