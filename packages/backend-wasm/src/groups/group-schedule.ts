import { hasSecondPass, isLight, isReducer, type LoweredOperation } from "./computation.ts";

/** What happens in one phase of a row, in this order. Operations by their place in the body. */
export interface Phase {
  /** Operations on the numbers of the row. */
  readonly numbers: readonly number[];
  /** Operations on the elements, among them those that are computed again. */
  readonly elements: readonly number[];
  /** Reductions of the elements. */
  readonly reductions: readonly number[];
  /** References whose elements go to memory of the row, for later phases or for a reduction that reads them again. */
  readonly keeps: ReadonlySet<number>;
}

/** This many light operations cost no more than to keep their result: they are computed again where a later phase needs it. */
const mostAgain = 2;

/**
 * Divides the work of a row into phases: what a later phase needs is read again if it is an output, computed again if that is light, or kept.
 * `overwritten` is the phase in which an output is written over each input; Infinity if none is.
 */
export function scheduleOf(
  body: readonly LoweredOperation[],
  results: readonly number[],
  overwritten: readonly number[],
): readonly Phase[] {
  const again = costsAgain(body, results, overwritten);
  const needed = body.map((): Set<number> => new Set());
  const phases = Array.from({ length: Math.max(...body.map(({ phase }) => phase)) + 1 }, emptyPhase);
  for (let at = body.length - 1; at >= 0; at--) {
    const operation = body[at]!;
    const { phase, perRow, inputs } = operation;
    const { numbers, reductions, keeps } = phases[phase]!;
    let when: Iterable<number> = [phase];
    if (!perRow) {
      const last = Math.max(...needed[at]!, phase);
      const { operations, until } = again[at]!;
      const isWritten = results.includes(at);
      if (!isWritten && last > phase && (operations > mostAgain || last > until)) keeps.add(~at);
      if (!isWritten && !keeps.has(~at)) when = needed[at]!;
      for (const each of when) phases[each]!.elements.unshift(at);
    } else if (isReducer(operation.computation)) {
      reductions.unshift(at);
      const [from] = inputs as readonly [number];
      const isInMemory = from < 0 ? results.includes(~from) : overwritten[from]! > phase;
      if (hasSecondPass(operation) && !isInMemory) keeps.add(from);
    } else numbers.unshift(at);
    for (const from of inputs) if (from < 0) for (const each of when) needed[~from]!.add(each);
  }
  return phases;
}

function emptyPhase(): { numbers: number[]; elements: number[]; reductions: number[]; keeps: Set<number> } {
  return { numbers: [], elements: [], reductions: [], keeps: new Set() };
}

/** How many operations compute an element again from memory, and the last phase in which that is possible. */
function costsAgain(
  body: readonly LoweredOperation[],
  results: readonly number[],
  overwritten: readonly number[],
): readonly { readonly operations: number; readonly until: number }[] {
  const costs: { readonly operations: number; readonly until: number }[] = [];
  for (const operation of body) {
    let operations = isLight(operation) ? 1 : Infinity;
    let until = Infinity;
    for (const from of operation.inputs) {
      if (from >= 0) until = Math.min(until, overwritten[from]!);
      else if (!results.includes(~from) && !body[~from]!.perRow) {
        operations += costs[~from]!.operations;
        until = Math.min(until, costs[~from]!.until);
      }
    }
    costs.push({ operations, until });
  }
  return costs;
}
