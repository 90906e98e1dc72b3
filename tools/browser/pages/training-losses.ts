import { adam, arrays, createTrainer, dense, plugins, sequential, spirals, wasm } from "gradloom";

/** The losses of a small network, epoch by epoch, on a backend that rounds alike on every engine. */
export async function trainingLosses(epochs: number): Promise<readonly number[]> {
  const { inputs, labels, shape } = spirals();
  const hidden = () => dense({ units: 32, activation: "relu" });
  const trainer = createTrainer({
    plugins: [wasm({ relaxed: false }), ...plugins],
    model: sequential(hidden(), hidden(), dense({ units: 2 })),
    loss: "softmaxCrossEntropy",
    optimizer: adam({ learningRate: 0.01 }),
  });
  const reports = await trainer.fit(arrays({ x: { data: inputs, shape }, y: labels }).shuffle(), { epochs });
  return reports.map(({ metrics }) => metrics["loss"]!);
}
