import { dtypes, type DType } from "@gradloom/core/backend";
import type { Expression, Local } from "../assembler/expression.ts";
import { i32, strided } from "../assembler/scalars.ts";
import { type Reducer, Totals } from "../kernels/totals.ts";
import type { ElementwiseFormula, Site } from "../mathematics/formula.ts";
import { hasSecondPass } from "./computation.ts";
import { dtypeOf, type GroupForm, keptBy, broadcastInputs } from "./group-form.ts";
import type { Phase } from "./group-schedule.ts";
import { loadOne, loadQuad, loadSame, type Quad, spread, storeOne, storeQuad } from "../mathematics/quad.ts";
import { addressesOf } from "./run-addresses.ts";

type Pointer = Local<"i32">;
type Held = readonly Local<"v128">[];

/** A pass that is being written. References are as in the form: inputs at i >= 0, results of operations at ~i. */
export interface Pass extends GroupForm, Omit<Site, "dtype"> {
  readonly variables: Readonly<Record<string, Pointer>>;
  /** What is in registers, the same for many elements: by reference. */
  readonly held: Map<number, Held>;
  /** By the places of reductions. */
  readonly totals: Map<number, Totals>;
}

/** Elements in memory that a pass walks along. */
interface Walk {
  readonly pointer: Pointer;
  readonly dtype: DType;
}

/** By the names of addresses. */
type Walks = ReadonlyMap<string, Walk>;

/** A pass that holds the numbers that are one for all. */
export function passOf(form: GroupForm, site: Omit<Site, "dtype">, variables: Pass["variables"]): Pass {
  const pass: Pass = { ...form, ...site, variables, held: new Map(), totals: new Map() };
  form.inputs.forEach(({ dtype, reading }, at) => {
    if (reading === "number") hold(pass, at, loadSame(dtype, variables[`x${at}`]!));
  });
  return pass;
}

/** `count` elements from the start, which are a row, a piece of it, or any if the group does not work on rows. */
export function writeRow(pass: Pass, task: Pointer, row: Pointer, start: Pointer, count: Pointer): void {
  const { body, code, held, inputs, phases, results, tasks, variables } = pass;
  inputs.forEach(({ dtype, reading }, at) => {
    if (reading === "perRow") hold(pass, at, loadSame(dtype, after(variables[`x${at}`]!, row, dtype)));
  });
  for (const phase of phases) {
    for (const at of phase.numbers)
      held.set(
        ~at,
        computed(pass, at, (from) => held.get(from)!),
      );
    if (phase.elements.length + phase.reductions.length > 0) writePhase(pass, phase, start, count);
  }
  results.forEach((from, place) => {
    const { perRow, dtype } = body[from]!;
    if (!perRow) return;
    const target = variables[`y${place}`]!;
    const total = pass.totals.get(from)!;
    if (tasks === "pieces") total.storeTotal(strided(target, [task, total.bytes]));
    else storeOne(code, dtype, after(target, row, dtype), held.get(~from)!);
  });
}

/** A walk along the elements, and what they are reduced to. */
function writePhase(pass: Pass, phase: Phase, start: Pointer, count: Pointer): void {
  const { body, code, totals } = pass;
  const walks = walksOf(pass, phase, start);
  const begins = phase.reductions.map((at) => {
    const { inputs, dtype, computation } = body[at]!;
    totals.set(at, new Totals(computation as Reducer, { ...pass, dtype }));
    const [from] = inputs as readonly [number];
    return hasSecondPass(body[at]!) ? code.let(walks.get(memoryOf(pass, from, phase))!.pointer) : undefined;
  });
  if (pass.axes === 0) writeElements(pass, phase, count, walks);
  else writeRuns(pass, phase, start, count, walks);
  phase.reductions.forEach((at, place) => {
    const total = totals.get(at)!;
    const begin = begins[place];
    total.fold();
    if (begin !== undefined) total.secondPass(begin);
    if (pass.tasks === "rows") hold(pass, ~at, spread(kept(pass, total.numbers())));
  });
}

/** Run by run: what is repeated is found anew for each. */
function writeRuns(pass: Pass, phase: Phase, start: Pointer, count: Pointer, walks: Walks): void {
  const { code, inputs, axes, variables } = pass;
  const run = variables["run"]!;
  const [at, last] = [start, i32.add(start, count)].map((element) => code.let(i32.divUnsigned(element, run)));
  const repeated = broadcastInputs(pass);
  code.while(i32.less(at!, last!), () => {
    const all = new Map(walks);
    addressesOf(code, variables, at!, axes, repeated).forEach((pointer, place) => {
      const input = repeated[place]!;
      const { dtype, reading } = inputs[input]!;
      if (reading === "row") all.set(`x${input}`, { pointer, dtype });
      else hold(pass, input, loadSame(dtype, pointer));
    });
    writeElements(pass, phase, run, all);
    code.advance(at!, 1);
  });
}

/** `count` elements: four at a time, the rest one by one; more at once where reductions join quads before they join the totals, if that is little code. */
function writeElements(pass: Pass, phase: Phase, count: Pointer, walks: Walks): void {
  const step = (times: Expression<"i32">, quads: number): void =>
    pass.code.repeat(times, () => writeStep(pass, phase, walks, quads));
  const fours = i32.shiftRightUnsigned(count, 2);
  if (phase.reductions.length > 0 && phase.elements.length <= 16) {
    step(i32.shiftRightUnsigned(count, 4), 4);
    step(i32.and(fours, 3), 1);
  } else step(fours, 1);
  step(i32.and(count, 3), 0);
}

/** The next quads, or the next element if there are none. Each is read before it is written: an output may be one of the inputs. */
function writeStep(pass: Pass, phase: Phase, walks: Walks, quads: number): void {
  const { body, code, totals } = pass;
  const { elements, reductions } = phase;
  const [load, store]: readonly [typeof loadQuad, typeof storeQuad] =
    quads === 0 ? [loadOne, storeOne] : [loadQuad, storeQuad];
  const reduced = reductions.map((): Quad[] => []);
  for (let quad = 0; quad < (quads || 1); quad++) {
    const known = new Map(pass.held);
    const value = (from: number): Held => {
      if (!known.has(from)) {
        const { pointer, dtype } = walks.get(memoryOf(pass, from))!;
        known.set(from, kept(pass, load(dtype, pointer, quad * 4 * bytesOf(dtype))));
      }
      return known.get(from)!;
    };
    for (const at of elements) known.set(~at, computed(pass, at, value));
    reductions.forEach((at, place) => reduced[place]!.push(value(body[at]!.inputs[0]!)));
    for (const from of writtenIn(pass, phase)) {
      const { pointer, dtype } = walks.get(memoryOf(pass, from, phase))!;
      store(code, dtype, pointer, value(from), quad * 4 * bytesOf(dtype));
    }
  }
  reductions.forEach((at, place) => totals.get(at)!.take(reduced[place]!, quads === 0));
  for (const { pointer, dtype } of walks.values()) code.advance(pointer, (4 * quads || 1) * bytesOf(dtype));
}

/** The result of an operation of the body. */
function computed(pass: Pass, at: number, value: (from: number) => Held): Held {
  const { computation, attributes, inputs, dtype: result } = pass.body[at]!;
  const site = { ...pass, dtype: dtypeOf(pass, inputs.at(-1)!), result };
  return kept(pass, (computation as ElementwiseFormula).formula(site, inputs.map(value), attributes));
}

/** Pointers to all that a phase reads and writes in memory, after `start` elements of the whole. */
function walksOf(pass: Pass, phase: Phase, start: Pointer): Walks {
  const { body, code, inputs, variables } = pass;
  const { elements, reductions } = phase;
  const read = [...elements, ...reductions]
    .flatMap((at) => body[at]!.inputs)
    .filter((from) =>
      from < 0 ? !body[~from]!.perRow && !elements.includes(~from) : inputs[from]!.reading === "full",
    );
  const names = new Map([
    ...read.map((from) => [memoryOf(pass, from), from] as const),
    ...writtenIn(pass, phase).map((from) => [memoryOf(pass, from, phase), from] as const),
  ]);
  return new Map(
    Array.from(names, ([name, from]) => {
      const dtype = dtypeOf(pass, from);
      const base = variables[name]!;
      const pointer = code.let(name.startsWith("keep") ? base : after(base, start, dtype));
      return [name, { dtype, pointer }] as const;
    }),
  );
}

/** What a phase writes to memory: references. */
function writtenIn({ results }: Pass, { elements, keeps }: Phase): readonly number[] {
  return [...elements.filter((at) => results.includes(at)).map((at) => ~at), ...keeps];
}

/** The name of the memory of elements; in a phase that keeps an input, the kept ones. */
function memoryOf(pass: Pass, from: number, phase?: Phase): string {
  if (from >= 0 && !phase?.keeps.has(from)) return `x${from}`;
  const result = pass.results.indexOf(~from);
  return result < 0 ? `keep${keptBy(pass).indexOf(from)}` : `y${result}`;
}

function hold(pass: Pass, from: number, quad: Quad): void {
  pass.held.set(from, kept(pass, quad));
}

function kept({ code }: Pass, quad: Quad): Held {
  return quad.map((vector) => code.let(vector));
}

function bytesOf(dtype: DType): number {
  return dtypes[dtype].bytes;
}

/** The address `elements` further. */
function after(base: Pointer, elements: Pointer, dtype: DType): Expression<"i32"> {
  return strided(base, [elements, bytesOf(dtype)]);
}
