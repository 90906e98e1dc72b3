import { dtypes, type DType } from "@gradloom/core/backend";
import type { Expression, Local } from "../assembler/expression.ts";
import { i32 } from "../assembler/scalars.ts";
import { isMended, type ReducerName, reducers } from "../kernels/reducers.ts";
import { Totals } from "../kernels/totals.ts";
import type { Site } from "./arithmetic.ts";
import { formulas } from "./formulas.ts";
import { dtypeOf, type GroupForm, keptBy, stretchedInputs, type Work } from "./group-form.ts";
import type { Phase } from "./group-schedule.ts";
import { loadOne, loadQuad, loadSame, type Quad, spread, storeOne, storeQuad } from "./quad.ts";
import { addressesOf } from "./run-addresses.ts";

type Pointer = Local<"i32">;
type Held = readonly Local<"v128">[];

/** Elements in memory that a pass walks along. */
interface Walk {
  readonly pointer: Pointer;
  readonly dtype: DType;
}

/** By the names of addresses. */
type Walks = ReadonlyMap<string, Walk>;

/** Quads that are computed one after the other, so that reductions join them before they join the totals; one where each is much code. */
function quadsAtOnce({ elements, reductions }: Phase): number {
  return reductions.length > 0 && elements.length <= 16 ? 4 : 1;
}

/** Writes the code of a pass. References are as in the form: inputs at i >= 0, results of operations at ~i. */
export class GroupPass {
  private readonly form: GroupForm;
  private readonly site: Omit<Site, "dtype">;
  private readonly variables: Readonly<Record<string, Pointer>>;
  /** What is in registers, the same for many elements: by reference. */
  private readonly held = new Map<number, Held>();
  private readonly totals = new Map<number, Totals>();

  constructor(form: GroupForm, site: Omit<Site, "dtype">, variables: Readonly<Record<string, Pointer>>) {
    this.form = form;
    this.site = site;
    this.variables = variables;
    form.inputs.forEach(({ dtype, reading }, at) => {
      if (reading === "number") this.hold(at, loadSame(dtype, variables[`x${at}`]!));
    });
  }

  /** So many elements from the start, which are a row, a piece of it, or any if the group does not work on rows. */
  row(task: Pointer, row: Pointer, start: Pointer, count: Pointer): void {
    const { form, variables, held, site } = this;
    const { body, inputs, phases, results, tasks } = form;
    inputs.forEach(({ dtype, reading }, input) => {
      if (reading === "perRow") this.hold(input, loadSame(dtype, after(variables[`x${input}`]!, row, dtype)));
    });
    for (const phase of phases) {
      for (const at of phase.numbers)
        held.set(
          ~at,
          this.compute(body[at]!, (from) => held.get(from)!),
        );
      if (phase.elements.length + phase.reductions.length > 0) this.phase(phase, start, count);
    }
    results.forEach((from, place) => {
      const { perRow, dtype } = body[from]!;
      if (!perRow) return;
      const target = variables[`y${place}`]!;
      const total = this.totals.get(from)!;
      if (tasks === "pieces") total.storeTotal(i32.add(target, i32.mul(task, total.bytes)));
      else storeOne(site.code, dtype, after(target, row, dtype), held.get(~from)!);
    });
  }

  /** A walk along the elements, and what they are reduced to. */
  private phase(phase: Phase, start: Pointer, count: Pointer): void {
    const { site, form, totals } = this;
    const { body, axes, tasks } = form;
    const walks = this.walksOf(phase, start);
    const begins = phase.reductions.map((at) => {
      const { inputs, dtype, operation } = body[at]!;
      totals.set(at, new Totals(reducers[operation.name as ReducerName], { ...site, dtype }));
      const [from] = inputs as readonly [number];
      if (!isMended(body[at]!)) return undefined;
      return site.code.let(walks.get(phase.keeps.has(from) ? this.written(from) : this.read(from))!.pointer);
    });
    if (axes === 0) this.elements(phase, count, walks);
    else this.runs(phase, start, count, walks);
    phase.reductions.forEach((at, place) => {
      const total = totals.get(at)!;
      const begin = begins[place];
      total.fold();
      if (begin !== undefined) total.mend(begin);
      if (tasks === "rows") this.hold(~at, spread(this.keep(total.numbers())));
    });
  }

  /** Run by run: what is stretched is found anew for each. */
  private runs(phase: Phase, start: Pointer, count: Pointer, walks: Walks): void {
    const { code } = this.site;
    const { inputs, axes } = this.form;
    const run = this.variables["run"]!;
    const [first, last] = [start, i32.add(start, count)].map((element) => code.let(i32.divUnsigned(element, run)));
    code.while(i32.less(first!, last!), () => {
      const all = new Map(walks);
      const stretched = stretchedInputs(this.form);
      addressesOf(code, this.variables, first!, axes, stretched).forEach((pointer, place) => {
        const at = stretched[place]!;
        const { dtype, reading } = inputs[at]!;
        if (reading === "row") all.set(`x${at}`, { pointer, dtype });
        else this.hold(at, loadSame(dtype, pointer));
      });
      this.elements(phase, run, all);
      code.advance(first!, 1);
    });
  }

  /** So many elements, some quads at a time, the rest one by one. */
  private elements(phase: Phase, count: Pointer, walks: Walks): void {
    const { code } = this.site;
    const quads = quadsAtOnce(phase);
    code.repeat(i32.divUnsigned(count, 4 * quads), () => this.step(phase, walks, quads));
    if (quads > 1) code.repeat(i32.and(i32.shiftRightUnsigned(count, 2), quads - 1), () => this.step(phase, walks, 1));
    code.repeat(i32.and(count, 3), () => this.step(phase, walks, 0));
  }

  /** The next quads, or the next element if there are none. Each is read before it is written: an output may be one of the inputs. */
  private step(phase: Phase, walks: Walks, quads: number): void {
    const { site, form, held, totals } = this;
    const { code } = site;
    const load: typeof loadQuad = quads === 0 ? loadOne : loadQuad;
    const store: typeof storeQuad = quads === 0 ? storeOne : storeQuad;
    const reduced = phase.reductions.map((): Quad[] => []);
    for (let quad = 0; quad < Math.max(1, quads); quad++) {
      const known = new Map(held);
      const value = (from: number): Held => {
        const found = known.get(from);
        if (found !== undefined) return found;
        const { pointer, dtype } = walks.get(this.read(from))!;
        const loaded = this.keep(load(dtype, pointer, quad * 4 * bytesOf(dtype)));
        known.set(from, loaded);
        return loaded;
      };
      for (const at of phase.elements) known.set(~at, this.compute(form.body[at]!, value));
      phase.reductions.forEach((at, place) => reduced[place]!.push(value(form.body[at]!.inputs[0]!)));
      for (const from of this.writtenIn(phase)) {
        const { pointer, dtype } = walks.get(this.written(from))!;
        store(code, dtype, pointer, value(from), quad * 4 * bytesOf(dtype));
      }
    }
    phase.reductions.forEach((at, place) => {
      if (quads === 0) totals.get(at)!.takeFirst(reduced[place]![0]!);
      else totals.get(at)!.take(reduced[place]!);
    });
    for (const { pointer, dtype } of walks.values()) code.advance(pointer, (4 * quads || 1) * bytesOf(dtype));
  }

  private compute({ operation: { name }, attributes, inputs }: Work, value: (from: number) => Held): Held {
    const dtype = dtypeOf(this.form, inputs[name === "where" ? 1 : 0]!);
    const formula = formulas[name as keyof typeof formulas];
    return this.keep(formula({ ...this.site, dtype }, inputs.map(value), attributes));
  }

  /** Pointers to all that a phase reads and writes in memory, after so many elements of the whole. */
  private walksOf(phase: Phase, start: Pointer): Walks {
    const { body, inputs } = this.form;
    const { elements, reductions } = phase;
    const read = [...elements, ...reductions]
      .flatMap((at) => body[at]!.inputs)
      .filter((from) =>
        from < 0 ? !body[~from]!.perRow && !elements.includes(~from) : inputs[from]!.reading === "full",
      );
    const names = new Map([
      ...read.map((from) => [this.read(from), from] as const),
      ...this.writtenIn(phase).map((from) => [this.written(from), from] as const),
    ]);
    const walks = new Map<string, Walk>();
    for (const [name, from] of names) {
      const dtype = dtypeOf(this.form, from);
      const base = this.variables[name]!;
      walks.set(name, {
        dtype,
        pointer: this.site.code.let(name.startsWith("keep") ? base : after(base, start, dtype)),
      });
    }
    return walks;
  }

  /** What a phase writes to memory: references. */
  private writtenIn({ elements, keeps }: Phase): readonly number[] {
    return [...elements.filter((at) => this.form.results.includes(at)).map((at) => ~at), ...keeps];
  }

  /** The name of the memory that elements are read from. */
  private read(from: number): string {
    return from < 0 ? this.written(from) : `x${from}`;
  }

  /** The name of the memory that elements are written to. */
  private written(from: number): string {
    const result = this.form.results.indexOf(~from);
    return result < 0 ? `keep${keptBy(this.form).indexOf(from)}` : `y${result}`;
  }

  private hold(from: number, quad: Quad): void {
    this.held.set(from, this.keep(quad));
  }

  private keep(quad: Quad): Held {
    return quad.map((vector) => this.site.code.let(vector));
  }
}

function bytesOf(dtype: DType): number {
  return dtypes[dtype].bytes;
}

/** The address so many elements on. */
function after(base: Pointer, elements: Pointer, dtype: DType): Expression<"i32"> {
  return i32.add(base, i32.mul(elements, bytesOf(dtype)));
}
