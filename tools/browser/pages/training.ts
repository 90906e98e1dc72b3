import { provide } from "./jobs.ts";
import { trainingLosses } from "./training-losses.ts";

provide("losses", () => trainingLosses(5));

provide("animation frames a second", async () => {
  let frames = 0;
  let training = true;
  const count = (): void => {
    frames++;
    if (training) requestAnimationFrame(count);
  };
  requestAnimationFrame(count);
  const start = performance.now();
  await trainingLosses(200);
  training = false;
  return (1000 * frames) / (performance.now() - start);
});
