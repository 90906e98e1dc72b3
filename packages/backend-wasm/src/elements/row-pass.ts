import { type DType, dtypes } from "@gradloom/core/backend";
import type { Expression, Local } from "../assembler/expression.ts";
import { i32 } from "../assembler/scalars.ts";
import { isMended, reducerOf } from "../kernels/reducers.ts";
import { Totals } from "../kernels/totals.ts";
import type { Site } from "./arithmetic.ts";
import { formulas } from "./formulas.ts";
import { loadOne, loadQuad, loadSame, type Quad, spread, storeOne, storeQuad } from "./quad.ts";
import { keptBy, type RowForm, stretchedInputs } from "./row-form.ts";
import type { Phase, RowOperation } from "./row-schedule.ts";
import { addressesOf } from "./run-addresses.ts";

type Pointer = Local<"i32">;
type Held = readonly Local<"v128">[];
/** By the names of addresses. */
type Walks = ReadonlyMap<string, Walk>;

/** Elements in memory that a pass walks along. */
interface Walk {
  readonly pointer: Pointer;
  readonly dtype: DType;
}

/** Quads that are computed one after the other, so that reductions join them before they join the totals; one where each is much code. */
function quadsAtOnce(operations: number): number {
  return operations <= 16 ? 4 : 1;
}

/** Writes the code of a row. References are as in the form: inputs at i >= 0, results of operations at ~i. */
export class RowPass {
  private readonly form: RowForm;
  private readonly site: Omit<Site, "dtype">;
  private readonly variables: Readonly<Record<string, Pointer>>;
  private readonly stretched: readonly number[];
  /** What is in registers, the same for many elements: by reference. */
  private readonly held = new Map<number, Held>();
  private readonly totals = new Map<number, Totals>();

  constructor(form: RowForm, site: Omit<Site, "dtype">, variables: Readonly<Record<string, Pointer>>) {
    this.form = form;
    this.site = site;
    this.variables = variables;
    this.stretched = stretchedInputs(form);
    form.inputs.forEach(({ dtype, reading }, at) => {
      if (reading === "number") this.hold(at, loadSame(dtype, variables[`x${at}`]!));
    });
  }

  /** The elements of a row from the first to before the end. */
  row(task: Pointer, row: Pointer, first: Pointer, end: Pointer): void {
    const { form, variables } = this;
    form.inputs.forEach(({ dtype, reading }, input) => {
      if (reading === "perRow") this.hold(input, loadSame(dtype, at(variables[`x${input}`]!, row, dtype)));
    });
    for (const phase of form.phases) {
      for (const number of phase.numbers)
        this.hold(
          ~number,
          this.compute(form.body[number]!, (from) => this.held.get(from)!),
        );
      if (phase.elements.length + phase.reductions.length > 0) this.phase(phase, row, first, end);
    }
    form.results.forEach((from, place) => {
      const { perRow, dtype } = form.body[from]!;
      const total = form.split ? this.totals.get(from) : undefined;
      const target = variables[`y${place}`]!;
      if (total !== undefined) total.storeTotal(this.site.code.let(i32.add(target, i32.mul(task, total.bytes))));
      else if (perRow) storeOne(this.site.code, dtype, at(target, row, dtype), this.held.get(~from)!);
    });
  }

  /** A walk along the elements, and what they are reduced to. */
  private phase(phase: Phase, row: Pointer, first: Pointer, end: Pointer): void {
    const { code } = this.site;
    const { body, axes, split } = this.form;
    for (const at of phase.reductions) {
      const { name, dtype } = body[at]!;
      this.totals.set(at, new Totals(reducerOf(name), { ...this.site, dtype }));
    }
    const before = code.let(i32.mul(row, this.variables["length"]!));
    const walks = this.walksOf(phase, code.let(i32.add(before, first)));
    const begins = phase.reductions.map((at) => {
      const walk = isMended(body[at]!) ? walks.get(this.memoryOf(body[at]!.inputs[0]!, phase)) : undefined;
      return walk === undefined ? undefined : code.let(walk.pointer);
    });
    if (axes === 0) this.elements(phase, code.let(i32.sub(end, first)), walks);
    else this.runs(phase, i32.add(before, first), i32.add(before, end), walks);
    phase.reductions.forEach((at, place) => {
      const totals = this.totals.get(at)!;
      const begin = begins[place];
      totals.fold();
      if (begin !== undefined) totals.mend(begin);
      if (!split) this.hold(~at, spread(this.keep(totals.numbers())));
    });
  }

  /** Run by run: what is stretched is found anew for each. */
  private runs(phase: Phase, start: Expression<"i32">, end: Expression<"i32">, walks: Walks): void {
    const { code } = this.site;
    const { inputs, axes } = this.form;
    const { run } = this.variables as { readonly run: Pointer };
    const index = code.let(i32.divUnsigned(start, run));
    const last = code.let(i32.divUnsigned(end, run));
    code.while(i32.less(index, last), () => {
      const all = new Map(walks);
      addressesOf(code, this.variables, index, axes, this.stretched).forEach((pointer, place) => {
        const at = this.stretched[place]!;
        const { dtype, reading } = inputs[at]!;
        if (reading === "row") all.set(`x${at}`, { pointer, dtype });
        else this.hold(at, loadSame(dtype, pointer));
      });
      this.elements(phase, run, all);
      code.advance(index, 1);
    });
  }

  /** So many elements, some quads at a time, the rest one by one. */
  private elements(phase: Phase, count: Pointer, walks: Walks): void {
    const { code } = this.site;
    const quads = quadsAtOnce(phase.elements.length);
    code.repeat(i32.divUnsigned(count, 4 * quads), () => this.step(phase, walks, quads));
    if (quads > 1) code.repeat(i32.and(i32.shiftRightUnsigned(count, 2), quads - 1), () => this.step(phase, walks, 1));
    code.repeat(i32.and(count, 3), () => this.step(phase, walks, 0));
  }

  /** The next quads, or the next element if there are none. Each is read before it is written: an output may be one of the inputs. */
  private step(phase: Phase, walks: Walks, quads: number): void {
    const { code } = this.site;
    const { body } = this.form;
    const reduced = phase.reductions.map((): Quad[] => []);
    for (let quad = 0; quad < Math.max(quads, 1); quad++) {
      const known = new Map<number, Held>();
      const offset = (dtype: DType): number => quad * 4 * bytesOf(dtype);
      const value = (from: number): Held => {
        const ready = this.held.get(from) ?? known.get(from);
        if (ready !== undefined) return ready;
        const { pointer, dtype } = walks.get(this.memoryOf(from))!;
        const loaded = this.keep(quads === 0 ? loadOne(dtype, pointer) : loadQuad(dtype, pointer, offset(dtype)));
        known.set(from, loaded);
        return loaded;
      };
      for (const at of phase.elements) known.set(~at, this.compute(body[at]!, value));
      phase.reductions.forEach((at, place) => reduced[place]!.push(value(body[at]!.inputs[0]!)));
      for (const from of this.written(phase)) {
        const { pointer, dtype } = walks.get(this.memoryOf(from, phase))!;
        if (quads === 0) storeOne(code, dtype, pointer, value(from));
        else storeQuad(code, dtype, pointer, value(from), offset(dtype));
      }
    }
    phase.reductions.forEach((at, place) => {
      if (quads === 0) this.totals.get(at)!.takeFirst(reduced[place]![0]!);
      else this.totals.get(at)!.take(reduced[place]!);
    });
    for (const { pointer, dtype } of walks.values())
      code.advance(pointer, (quads === 0 ? 1 : quads * 4) * bytesOf(dtype));
  }

  private compute({ name, attributes, inputs }: RowOperation, value: (from: number) => Held): Held {
    const dtype = this.dtypeOf(inputs[name === "where" ? 1 : 0]!);
    const formula = formulas[name as keyof typeof formulas];
    return this.keep(formula({ ...this.site, dtype }, inputs.map(value), attributes));
  }

  /** Pointers to all that a phase reads and writes in memory, after so many elements of the whole. */
  private walksOf(phase: Phase, start: Pointer): Walks {
    const { body, inputs } = this.form;
    const read = [...phase.elements, ...phase.reductions]
      .flatMap((at) => body[at]!.inputs)
      .filter((from) => !this.held.has(from) && !phase.elements.includes(~from))
      .filter((from) => from < 0 || inputs[from]!.reading === "full");
    const names = [
      ...read.map((from) => ({ from, name: this.memoryOf(from) })),
      ...this.written(phase).map((from) => ({ from, name: this.memoryOf(from, phase) })),
    ];
    const walks = new Map<string, Walk>();
    for (const { from, name } of names) {
      if (walks.has(name)) continue;
      const dtype = this.dtypeOf(from);
      const base = this.variables[name]!;
      walks.set(name, { dtype, pointer: this.site.code.let(name.startsWith("keep") ? base : at(base, start, dtype)) });
    }
    return walks;
  }

  /** What a phase writes to memory: references. */
  private written({ elements, keeps }: Phase): readonly number[] {
    return [...elements.filter((at) => this.form.results.includes(at)).map((at) => ~at), ...keeps];
  }

  /** The name of the memory of elements; in a phase that keeps an input, the kept ones. */
  private memoryOf(from: number, { keeps }: Pick<Phase, "keeps"> = { keeps: [] }): string {
    if (from >= 0 && !keeps.includes(from)) return `x${from}`;
    const result = this.form.results.indexOf(~from);
    return result < 0 ? `keep${keptBy(this.form).indexOf(from)}` : `y${result}`;
  }

  private dtypeOf(from: number): DType {
    return from < 0 ? this.form.body[~from]!.dtype : this.form.inputs[from]!.dtype;
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
function at(base: Pointer, elements: Pointer, dtype: DType): Expression<"i32"> {
  return i32.add(base, i32.mul(elements, bytesOf(dtype)));
}
