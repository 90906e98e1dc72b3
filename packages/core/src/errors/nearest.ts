/** The name that is most like the given one: it has most of its letters in their order, as a misspelling or an abbreviation; undefined if none. */
export function nearest(given: string, names: readonly string[]): string | undefined {
  const letters = given.slice(0, 60).toLowerCase();
  let best: string | undefined;
  let fewest = Infinity;
  for (const name of names) {
    const known = name.toLowerCase();
    const common = inCommon(letters, known);
    const others = name.length - 2 * common;
    const alike = others <= 0 || known[0] === letters[0] || known.includes(letters);
    if (3 * common < 2 * letters.length || !alike || others >= fewest) continue;
    fewest = others;
    best = name;
  }
  return best;
}

/** How many letters can be found in both in one order: the length of the longest common subsequence. */
function inCommon(a: string, b: string): number {
  const found = new Array<number>(b.length + 1).fill(0);
  for (const letter of a) {
    let corner = 0;
    for (let at = 1; at <= b.length; at++) {
      const above = found[at]!;
      found[at] = letter === b[at - 1] ? corner + 1 : Math.max(above, found[at - 1]!);
      corner = above;
    }
  }
  return found[b.length]!;
}
