import { arrays, type Samples, type Tensor } from "gradloom";
import { digits } from "gradloom/digits";

/** The digits as three data sets, and the test set's images and labels for looking at them. */
export interface DigitsData {
  readonly training: Samples;
  readonly validation: Samples;
  readonly test: Samples;
  /** All test images, [samples, 28, 28, 1] from 0 to 1. */
  readonly testImages: Tensor;
  /** The pixels of a test image, 0 to 255. */
  readonly testPixels: (sample: number) => Uint8Array;
  readonly testLabels: Int32Array;
  readonly classes: readonly string[];
}

const trainingCount = 8000;

/** The first 8,000 digits (or `samples` of them) for training, a tenth of these for validation; the last 2,000 for the test. */
export async function readDigits({
  samples,
  batchSize,
}: {
  readonly samples: number;
  readonly batchSize: number;
}): Promise<DigitsData> {
  const { inputs, labels, shape, classes } = await digits();
  const [first, test] = arrays({ x: { data: inputs, shape }, y: labels })
    .scale(1 / 255)
    .split(trainingCount, { choice: "ordered" });
  const [training, validation] = first.take(samples).split(0.9, { choice: "stratified" });
  const [whole] = test.batch(test.size).batches({ epoch: 0, seed: 0 });
  const pixels = inputs.length / labels.length;
  return {
    training: training.shuffle().batch(batchSize),
    validation: validation.batch(batchSize),
    test: test.batch(batchSize),
    testImages: whole!.x as Tensor,
    testPixels: (sample) => inputs.subarray((trainingCount + sample) * pixels, (trainingCount + sample + 1) * pixels),
    testLabels: labels.subarray(trainingCount),
    classes,
  };
}
