import { checkOptions, type Fields, finiteNumber, wholeNumber } from "@gradloom/core";
import type { Dataset } from "./dataset.ts";
import { mulberry32 } from "./mulberry32.ts";

/** What `spirals()` draws. */
export interface SpiralsOptions {
  /** Points in all; the default is 600. */
  readonly samples?: number;
  /** Arms, evenly turned about the origin; the default is 2. */
  readonly classes?: number;
  /** Full turns of an arm from the origin to its tip; the default is 1. */
  readonly turns?: number;
  /** Standard deviation of the normal noise on each coordinate, where an arm reaches out to 1; the default is 0.05. */
  readonly noise?: number;
  /** A whole number from 0 to 2^32 - 1 that decides the points; the default is 0. */
  readonly seed?: number;
}

const spiralsFields: Fields<SpiralsOptions> = {
  samples: wholeNumber(1),
  classes: wholeNumber(1),
  turns: finiteNumber(),
  noise: finiteNumber(0),
  seed: wholeNumber(0, 2 ** 32 - 1),
};

/**
 * Points along intertwined spiral arms, one arm a class: `inputs` `[samples, 2]`. Sample i belongs to class i mod `classes`, at a
 * uniformly random place of its arm. After K. Lang, M. Witbrock: Learning to tell two spirals apart (1988).
 */
export function spirals(options: SpiralsOptions = {}): Dataset<Float32Array> {
  checkOptions("spirals", spiralsFields, options);
  const { samples = 600, classes = 2, turns = 1, noise = 0.05, seed = 0 } = options;
  const uniform = mulberry32(seed);
  const inputs = new Float32Array(samples * 2);
  const labels = Int32Array.from({ length: samples }, (_, sample) => sample % classes);
  for (const [sample, label] of labels.entries()) {
    const radius = uniform();
    const angle = 2 * Math.PI * (turns * radius + label / classes);
    // Box-Muller: one normal vector out of two uniforms; 1 - u is never 0.
    const distance = noise * Math.sqrt(-2 * Math.log(1 - uniform()));
    const direction = 2 * Math.PI * uniform();
    inputs[2 * sample] = radius * Math.cos(angle) + distance * Math.cos(direction);
    inputs[2 * sample + 1] = radius * Math.sin(angle) + distance * Math.sin(direction);
  }
  return { inputs, labels, shape: [samples, 2], classes: Array.from({ length: classes }, (_, arm) => `arm ${arm}`) };
}
