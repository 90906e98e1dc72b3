import { GradloomError, type Shape } from "@gradloom/core";

/** Throws unless predictions [batch, ..., classes] meet class numbers [batch, ...] or targets of their own shape. */
export function checkClasses(name: string, prediction: Shape, target: Shape): void {
  if (prediction.length < 2 || prediction.at(-1)! < 2) {
    throw new GradloomError(
      "class-axis",
      `${name}: predictions [${prediction.join(", ")}] need a last axis with 2 classes or more; for yes or no, take binaryAccuracy`,
    );
  }
  const wanted = target.length === prediction.length ? prediction : prediction.slice(0, -1);
  if (target.length === wanted.length && target.every((size, axis) => size === wanted[axis])) return;
  throw new GradloomError(
    "target-shape",
    `${name}: predictions [${prediction.join(", ")}] meet targets [${target.join(", ")}]; give class numbers [${prediction.slice(0, -1).join(", ")}] or targets of the predictions' shape`,
  );
}
