import { adam, arrays, createTrainer, dense, plugins, sequential, spirals, wasm } from "gradloom";

/** Hidden units of a network whose steps run at once, and of one whose steps are worth several threads. */
export const sizes = { small: 32, large: 256 } as const;

/** The losses of a network, epoch by epoch, on a backend that rounds alike on every engine. */
export async function trainingLosses(size: keyof typeof sizes, epochs: number): Promise<readonly number[]> {
  const { inputs, labels, shape } = spirals();
  const hidden = () => dense({ units: sizes[size], activation: "relu" });
  const trainer = createTrainer({
    plugins: [wasm({ relaxed: false }), ...plugins],
    model: sequential(hidden(), hidden(), dense({ units: 2 })),
    loss: "softmaxCrossEntropy",
    optimizer: adam({ learningRate: 0.01 }),
  });
  const reports = await trainer.fit(arrays({ x: { data: inputs, shape }, y: labels }).shuffle(), { epochs });
  return reports.map(({ metrics }) => metrics["loss"]!);
}
