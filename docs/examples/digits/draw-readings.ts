import { drawImage } from "gradloom";
import type { DigitsData } from "./read-digits.ts";
import { sideBySide } from "./side-by-side.ts";

/** Of these many test digits: the first that were read right and the first that were not. */
const shown = 3;

/** Some test digits as drawings, each over what it is and what it was read as; `probabilities` is [samples, classes]. */
export function drawReadings(
  { testPixels, testLabels, classes }: DigitsData,
  predicted: ArrayLike<number>,
  probabilities: ArrayLike<number>,
): string {
  const samples = Array.from(testLabels, (_, sample) => sample);
  const right = samples.filter((sample) => predicted[sample] === testLabels[sample]);
  const wrong = samples.filter((sample) => predicted[sample] !== testLabels[sample]);
  const blocks = [...right.slice(0, shown), ...wrong.slice(0, shown)].map((sample) => {
    const reading = predicted[sample]!;
    const certainty = 100 * probabilities[sample * classes.length + reading]!;
    const caption = `a ${classes[testLabels[sample]!]}, read as ${classes[reading]} (${certainty.toFixed(0)} %)`;
    return `${drawImage(inner(testPixels(sample)), { width: 24, height: 24 })}\n${caption}`;
  });
  return sideBySide(blocks, shown);
}

/** The pixels of a 28 × 28 image without a margin of 2. */
function inner(pixels: Uint8Array): readonly number[] {
  const rows = Array.from({ length: 24 }, (_, row) => pixels.subarray((row + 2) * 28 + 2, (row + 2) * 28 + 26));
  return rows.flatMap((row) => [...row]);
}
