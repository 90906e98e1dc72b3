/** Blocks of text beside each other, so many in a row. */
export function sideBySide(blocks: readonly string[], perRow: number): string {
  const rows: string[] = [];
  for (let first = 0; first < blocks.length; first += perRow) {
    const row = blocks.slice(first, first + perRow).map((block) => block.split("\n"));
    const widths = row.map((lines) => Math.max(...lines.map((text) => text.length)));
    const height = Math.max(...row.map((lines) => lines.length));
    const lines = Array.from({ length: height }, (_, at) =>
      row
        .map((block, column) => (block[at] ?? "").padEnd(widths[column]!))
        .join("  ")
        .trimEnd(),
    );
    rows.push(lines.join("\n"));
  }
  return rows.join("\n\n");
}
