/** A table of how often each class (rows) was read as each (columns), with the share that was read right. */
export function confusionMatrix(
  labels: ArrayLike<number>,
  predicted: ArrayLike<number>,
  classes: readonly string[],
): string {
  const counts = classes.map(() => classes.map(() => 0));
  for (let sample = 0; sample < labels.length; sample++) counts[labels[sample]!]![predicted[sample]!]!++;
  const lines = counts.map((row, label) => {
    const total = row.reduce((sum, count) => sum + count, 0);
    const right = total === 0 ? "" : `${((100 * row[label]!) / total).toFixed(1)} %`;
    return line(
      classes[label]!,
      row.map((count) => (count === 0 ? "·" : String(count))),
      right,
    );
  });
  return [line("", classes, "right"), ...lines].join("\n");
}

function line(title: string, cells: readonly string[], end: string): string {
  return `${title.padStart(5)} ${cells.map((cell) => cell.padStart(5)).join("")}  ${end.padStart(7)}`;
}
