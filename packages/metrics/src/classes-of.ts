import { argMax, cast, GradloomError, sameShape, type Tensor } from "@gradloom/core";

/**
 * The classes that targets tell of, int32 [batch, ...]: class numbers, or the place of the largest number of targets of the predictions'
 * shape. Throws unless predictions [batch, ..., classes] meet one of the two.
 */
export function classesOf(name: string, { shape: prediction }: Tensor, target: Tensor): Tensor {
  if (prediction.length < 2 || prediction.at(-1)! < 2) {
    throw new GradloomError(
      "class-axis",
      `${name}: predictions [${prediction.join(", ")}] need a last axis with 2 classes or more; for yes or no, take binaryAccuracy`,
    );
  }
  const rows = target.rank === prediction.length;
  const wanted = rows ? prediction : prediction.slice(0, -1);
  if (!sameShape(target.shape, wanted)) {
    throw new GradloomError(
      "target-shape",
      `${name}: predictions [${prediction.join(", ")}] meet targets [${target.shape.join(", ")}]; give class numbers [${prediction.slice(0, -1).join(", ")}] or targets of the predictions' shape`,
    );
  }
  return rows ? argMax(target, { axis: -1 }) : cast(target, "int32");
}
