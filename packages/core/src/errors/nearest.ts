/** The name that is most like the given one, by letters changed or as what it abbreviates; undefined where none is like it. */
export function nearest(given: string, names: readonly string[]): string | undefined {
  const wanted = given.toLowerCase();
  let best: string | undefined;
  let fewest = Infinity;
  for (const name of given.length > 60 ? [] : names) {
    const known = name.toLowerCase();
    const changed = abbreviates(wanted, known) ? 1 : distance(wanted, known);
    if (changed >= fewest || changed > Math.ceil(Math.max(wanted.length, known.length) / 3)) continue;
    fewest = changed;
    best = name;
  }
  return best;
}

/** Letters to change, add or leave out (Levenshtein 1966). */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, at) => at);
  for (let at = 0; at < a.length; at++) {
    const next = [at + 1];
    for (let to = 0; to < b.length; to++)
      next.push(Math.min(next[to]! + 1, row[to + 1]! + 1, row[to]! + Number(a[at] !== b[to])));
    row = next;
  }
  return row[b.length]!;
}

/** Whether all letters stand in the name in this order, its first one first. */
function abbreviates(letters: string, name: string): boolean {
  let met = 0;
  for (const letter of name) if (letter === letters[met]) met++;
  return letters.length > 1 && met === letters.length && letters[0] === name[0];
}
