import {
  argMax,
  cast,
  equal,
  floor,
  GradloomError,
  greater,
  greaterEqual,
  less,
  logicalAnd,
  max,
  min,
  sameShape,
  type Tensor,
} from "@gradloom/core";

/** The classes that targets tell of, int32 [batch, ...], and whether each target tells of one, bool [batch, ...]. */
interface Classes {
  readonly classes: Tensor;
  readonly known: Tensor;
}

/**
 * Class numbers, or the place of the largest number of targets of the predictions' shape, which a row of equal numbers does not have. Throws
 * unless predictions [batch, ..., classes] meet one of the two.
 */
export function classesOf(name: string, { shape: prediction }: Tensor, target: Tensor): Classes {
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
  if (rows) {
    const numbers = target.dtype === "uint8" ? cast(target, "int32") : target;
    const known = greater(max(numbers, { axis: -1 }), min(numbers, { axis: -1 }));
    return { classes: argMax(numbers, { axis: -1 }), known };
  }
  const label = target.dtype === "uint8" || target.dtype === "bool" ? cast(target, "int32") : target;
  const inside = logicalAnd(greaterEqual(label, 0), less(label, prediction.at(-1)!));
  return { classes: cast(label, "int32"), known: logicalAnd(inside, equal(floor(label), label)) };
}
