import type { DType } from "@gradloom/core/backend";

/** An operation of the rows' elements or numbers, as in a group. */
export interface RowOperation {
  readonly name: string;
  readonly attributes: object;
  /** The input at i >= 0, or the result of operation ~i. */
  readonly inputs: readonly number[];
  readonly dtype: DType;
  readonly perRow: boolean;
  readonly phase: number;
}

/** What happens in one phase of a row, in this order. Operations by their place in the body. */
export interface Phase {
  /** Operations on the numbers of the row. */
  readonly numbers: readonly number[];
  /** Operations on the elements, among them those that are computed again. */
  readonly elements: readonly number[];
  /** Reductions of the elements. */
  readonly reductions: readonly number[];
  /** References whose elements go to memory of the row, for later phases or to mend a reduction. */
  readonly keeps: readonly number[];
}

/** What is known besides the body. */
export interface RowFacts {
  readonly body: readonly RowOperation[];
  readonly results: readonly number[];
  /** The phase in which an input is written over; Infinity if never. */
  readonly overwritten: readonly number[];
  readonly isReduction: (operation: RowOperation) => boolean;
  /** Whether a reduction looks at its elements again, in memory. */
  readonly isMended: (operation: RowOperation) => boolean;
}

/** Operations that cost no more than to keep their result: they are computed again where a later phase needs it. */
const light: ReadonlySet<string> = new Set([
  "neg",
  "add",
  "sub",
  "mul",
  "maximum",
  "minimum",
  "less",
  "lessEqual",
  "equal",
  "where",
  "not",
  "copy",
  "cast",
]);

/** So many of them. */
const mostAgain = 2;

/** Divides the work of a row into phases: what a later phase needs is read again if it is an output, computed again if that is light, or kept. */
export function scheduleOf({ body, results, overwritten, isReduction, isMended }: RowFacts): readonly Phase[] {
  const isResult = (at: number): boolean => results.includes(at);
  const again = costsAgain(body, isResult, overwritten);
  const kept = new Map<number, number>();
  const needed = body.map((): Set<number> => new Set());
  const inPhase: number[][] = Array.from({ length: Math.max(...body.map(({ phase }) => phase)) + 1 }, () => []);
  for (let at = body.length - 1; at >= 0; at--) {
    const operation = body[at]!;
    const { phase, perRow, inputs } = operation;
    const phases = needed[at]!;
    const last = Math.max(...phases, phase);
    let when: readonly number[] = [phase];
    if (!perRow && !isResult(at)) {
      const { operations, until } = again[at]!;
      if (last > phase && (operations > mostAgain || last > until)) kept.set(~at, phase);
      if (!kept.has(~at)) when = [...phases];
    }
    if (!perRow) for (const each of when) inPhase[each]!.push(at);
    if (perRow && isReduction(operation) && isMended(operation)) {
      const [from] = inputs as readonly [number];
      const stays = from < 0 ? isResult(~from) : overwritten[from]! > phase;
      if (!stays) kept.set(from, from < 0 ? body[~from]!.phase : phase);
    }
    for (const from of inputs) if (from < 0 && !body[~from]!.perRow) for (const each of when) needed[~from]!.add(each);
  }
  return inPhase.map((elements, phase) => ({
    numbers: places(body, (operation) => operation.perRow && operation.phase === phase && !isReduction(operation)),
    elements: elements.reverse(),
    reductions: places(body, (operation) => operation.phase === phase && isReduction(operation)),
    keeps: [...kept].filter(([, made]) => made === phase).map(([reference]) => reference),
  }));
}

function places(body: readonly RowOperation[], fits: (operation: RowOperation) => boolean): readonly number[] {
  return body.flatMap((operation, at) => (fits(operation) ? [at] : []));
}

/** How many operations compute an element again from memory, and the last phase in which that is possible. */
function costsAgain(
  body: readonly RowOperation[],
  isResult: (at: number) => boolean,
  overwritten: readonly number[],
): readonly { readonly operations: number; readonly until: number }[] {
  const costs: { readonly operations: number; readonly until: number }[] = [];
  for (const { name, inputs } of body) {
    let operations = light.has(name) ? 1 : Infinity;
    let until = Infinity;
    for (const from of inputs) {
      if (from >= 0) until = Math.min(until, overwritten[from]!);
      else if (!isResult(~from) && !body[~from]!.perRow) {
        operations += costs[~from]!.operations;
        until = Math.min(until, costs[~from]!.until);
      }
    }
    costs.push({ operations, until });
  }
  return costs;
}
