import { GradloomError, Model, showValue, Trainer } from "@gradloom/core";

/** Throws unless `caller` was given a model, such as a Trainer has one. */
export function checkModel(caller: string, given: unknown): void {
  if (given instanceof Model) return;
  const shown = given instanceof Trainer ? "a Trainer" : showValue(given);
  throw new GradloomError(
    "no-model",
    `${caller}: ${shown} is not a model; give what build(...) gives, or the model of a Trainer: trainer.model`,
  );
}
