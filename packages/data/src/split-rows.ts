import { GradloomError, showValue } from "@gradloom/core";
import { checkCount } from "./check-count.ts";

/** Sizes of parts: numbers below 1 are shares, whole numbers are counts; one number is the first part of two. */
export type Parts = number | readonly number[];

/** The order cut into consecutive parts; they must use up all samples, and none may be empty. */
export function splitRows(order: Uint32Array, parts: Parts): readonly Uint32Array[] {
  const ends = endsOf(parts, order.length);
  return ends.map((end, at) => order.subarray(at === 0 ? 0 : ends[at - 1], end));
}

function endsOf(parts: Parts, size: number): readonly number[] {
  const list = typeof parts === "number" ? [parts, (parts < 1 ? 1 : size) - parts] : parts;
  if (!Array.isArray(list) || !Array.from<unknown>(list).every(Number.isFinite)) {
    throw new GradloomError(
      "split-parts",
      `split: the parts are ${showValue(parts)}; give a share or a count for the first part, or a list of them`,
    );
  }
  const shares = list.every((part: number) => part > 0 && part < 1);
  if (!shares) list.forEach((part: number) => checkPart(part, size));
  let sum = 0;
  const ends = list.map((part: number) => {
    sum += part;
    return shares ? Math.round(sum * size) : sum;
  });
  if (shares ? Math.abs(sum - 1) > 1e-9 : sum !== size) {
    throw new GradloomError(
      "split-sum",
      `split: the parts ${list.join(", ")} add up to ${sum}; they must add up to ${shares ? "1" : `the ${size} samples`}`,
    );
  }
  const empty = ends.findIndex((end, at) => end === (at === 0 ? 0 : ends[at - 1]));
  if (empty < 0) return ends;
  throw new GradloomError(
    "split-empty",
    `split: part ${empty} (${list[empty]}) of ${size} samples is empty; each needs at least one`,
  );
}

function checkPart(part: number, size: number): void {
  if (part > 0 && part < 1) {
    throw new GradloomError(
      "split-mixed",
      `split: the share ${part} meets counts of samples; give shares or counts, not both`,
    );
  }
  checkCount("split", `a part of ${size} samples`, part);
}

/** The order rearranged so that every stretch of it holds each class in its share of the whole. */
export function interleaved(order: Uint32Array, classOf: (row: number) => number): Uint32Array {
  const members = new Map<number, number[]>();
  for (const row of order) {
    const label = classOf(row);
    const list = members.get(label);
    if (list === undefined) members.set(label, [row]);
    else list.push(row);
  }
  const placed = [...members.values()].flatMap((rows) =>
    rows.map((row, at) => ({ row, place: (at + 0.5) / rows.length })),
  );
  return Uint32Array.from(
    placed.sort((a, b) => a.place - b.place),
    ({ row }) => row,
  );
}
