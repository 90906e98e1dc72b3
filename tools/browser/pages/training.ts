import { wasm } from "gradloom";
import { provide } from "./jobs.ts";
import { sizes, trainingLosses } from "./training-losses.ts";

provide("threads", () => wasm({ threads: 2 }).threads);

/** Epochs that take about a second. */
const epochs = { small: 200, large: 20 };

for (const size of Object.keys(sizes) as (keyof typeof sizes)[]) {
  provide(`losses of a ${size} network`, () => trainingLosses(size, 5));

  provide(`animation frames a second while a ${size} network learns`, async () => {
    let frames = 0;
    let training = true;
    const count = (): void => {
      frames++;
      if (training) requestAnimationFrame(count);
    };
    requestAnimationFrame(count);
    const start = performance.now();
    await trainingLosses(size, epochs[size]);
    training = false;
    return (1000 * frames) / (performance.now() - start);
  });
}
