import { GradloomError, type Shape, showValue, Tensor } from "@gradloom/core";

/** Throws unless a target is a tensor. */
export function checkTarget(name: string, target: Tensor): void {
  if (target instanceof Tensor) return;
  throw new GradloomError(
    "no-tensor",
    `${name}: the target is ${showValue(target)}, which is no tensor; make one with tensor(...)`,
  );
}

/** Throws unless targets have one of the shapes that go with the predictions; `means` says which these are. */
export function checkShape(name: string, prediction: Shape, target: Tensor, fits: boolean, means: string): void {
  if (fits) return;
  const flat =
    prediction.length > 2 && target.rank < 3 ? ", or put flatten() into the model where a sample has one answer" : "";
  throw new GradloomError(
    "target-shape",
    `${name}: predictions [${prediction.join(", ")}] meet targets [${target.shape.join(", ")}]; give ${means}${flat}`,
  );
}

/** Throws where a number of a target that is known on the host is none that `holds`; `problem` words what it is and the rule. */
export function checkValues(
  name: string,
  target: Tensor,
  holds: (value: number) => boolean,
  problem: (value: number) => string,
): void {
  const { storage } = target;
  if (storage === undefined || !("data" in storage)) return;
  const wrong = storage.data.findIndex((value: number) => !holds(value));
  if (wrong < 0) return;
  const value = storage.data[wrong]!;
  // Why: Targets are checked where they are still in JavaScript's memory. Class numbers are whole and begin at 0; labels that begin at 1
  // must be shifted. For probabilities, give rows of the predictions' shape.
  throw new GradloomError("target-value", `${name}: target ${positionOf(wrong, target.shape)} is ${problem(value)}`);
}

/** The position of a flat index: `3` of a list, `[3, 1]` of more axes. */
function positionOf(index: number, shape: Shape): string {
  if (shape.length === 1) return String(index);
  const position: number[] = [];
  let rest = index;
  for (const size of shape.toReversed()) {
    position.unshift(rest % size);
    rest = Math.floor(rest / size);
  }
  return `[${position.join(", ")}]`;
}
