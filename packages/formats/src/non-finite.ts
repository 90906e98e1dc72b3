import { GradloomError, oneOf, type Rule } from "@gradloom/core";
import type { StoredTensor } from "./safetensors.ts";
import { showPath } from "./show-path.ts";

/** What happens to numbers that are NaN or infinite: an error that names the parameter or state, or nothing. */
export type NonFinite = "error" | "keep";

/** What an option may say of numbers that are not finite. */
export const nonFiniteRule: Rule<NonFinite> = /*#__PURE__*/ oneOf("error", "keep");

/** Throws where a tensor holds a number that is NaN or infinite. */
export function checkFinite(caller: string, path: string, { data }: StoredTensor): void {
  const at = data.findIndex((value: number) => !Number.isFinite(value));
  if (at < 0) return;
  // Why: A model with such a number predicts NaN, mostly for every input. Training left the finite numbers (a smaller learning rate, or
  // clipped gradients, keep it there), or the file was damaged on its way. `saveModel(model, { nonFinite: "error" })` finds it before a
  // good file is replaced.
  throw new GradloomError(
    "weights-not-finite",
    `${caller}: ${showPath(path)} holds ${data[at]}, its number ${at} in row-major order; train again with a smaller learning rate, or take it as it is with { nonFinite: "keep" }`,
  );
}
