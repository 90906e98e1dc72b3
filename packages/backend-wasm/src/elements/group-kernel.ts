import { type DType, dtypes, type Group } from "@gradloom/core/backend";
import type { Local } from "../assembler/expression.ts";
import type { FunctionBuilder } from "../assembler/function-builder.ts";
import type { ModuleBuilder } from "../assembler/module-builder.ts";
import { i32 } from "../assembler/scalars.ts";
import { type Kernel, kernel, type Variables } from "../kernels/kernel.ts";
import { formulas } from "./formulas.ts";
import { loadOne, loadQuad, loadSame, type Quad, storeOne, storeQuad } from "./quad.ts";
import { addressesOf, runParameters } from "./run-addresses.ts";

/** How a kernel reads an input: element by element, one number for all, one number for each run, the elements of a row for each run. */
export type Reading = "full" | "number" | "column" | "row";

/** What decides the code of a group, whatever its sizes. */
export interface GroupForm {
  readonly body: Group["body"];
  readonly results: Group["results"];
  readonly inputs: readonly { readonly dtype: DType; readonly reading: Reading }[];
  /** Axes that runs are arranged in; 0 where nothing is stretched. */
  readonly axes: number;
}

type Pointer = Local<"i32">;

/** Elements that fill a cache line, or a few. */
const cacheLine = 64;

/**
 * One pass over memory for a group. Parameters: the addresses x0, x1, ... of the inputs and y0, y1, ... of the outputs; a task is an element. If
 * something is stretched, a task is a run of `length` elements; size1, ... are the sizes of the axes after the first, and step0of2 is what a
 * step along axis 0 means for input 2, in bytes.
 */
export function groupKernel(form: GroupForm): Kernel<string> {
  const { inputs, results, axes } = form;
  const stretched = inputs.map((_, at) => at).filter((at) => isStretched(inputs[at]!.reading));
  const parameters = [
    ...inputs.map((_, at) => `x${at}`),
    ...results.map((_, at) => `y${at}`),
    ...(axes === 0 ? [] : ["length"]),
    ...runParameters(axes, stretched),
  ];
  const write = (code: FunctionBuilder, variables: Readonly<Record<string, Pointer>>, module: ModuleBuilder): void => {
    const pass = new Pass(form, code, module, variables);
    const { from, to } = variables as Variables<"from" | "to">;
    pass.skip(axes === 0 ? from : i32.mul(from, variables["length"]!));
    if (axes === 0) pass.elements(code.let(i32.sub(to, from)));
    else
      code.for(from, to, 1, (run) => {
        pass.enter(run, stretched, axes);
        pass.elements(variables["length"]!);
      });
  };
  return kernel(nameOf(form), parameters, write, axes === 0 ? cacheLine : 1);
}

function nameOf({ body, results, inputs, axes }: GroupForm): string {
  const operations = body.map(
    ({ operation, attributes, inputs: from, dtype }) =>
      `${operation.name}(${from.join()})${dtype}${operation.name === "cast" ? JSON.stringify(attributes) : ""}`,
  );
  const reads = inputs.map(({ dtype, reading }) => `${reading} ${dtype}`);
  return `group ${axes} [${reads.join()}] ${operations.join(" ")} -> ${results.join()}`;
}

function isStretched(reading: Reading): boolean {
  return reading === "row" || reading === "column";
}

/** Writes the code of a pass. */
class Pass {
  private readonly form: GroupForm;
  private readonly code: FunctionBuilder;
  private readonly module: ModuleBuilder;
  private readonly variables: Readonly<Record<string, Pointer>>;
  /** What is the same for many elements: numbers, and the columns of a run. */
  private readonly held: (readonly Local<"v128">[] | undefined)[];
  /** Where the next element of each input and output is. */
  private readonly pointers: { readonly pointer: Pointer; readonly dtype: DType }[];
  /** The addresses of rows in the run at hand. */
  private readonly rows = new Map<number, Pointer>();

  constructor(
    form: GroupForm,
    code: FunctionBuilder,
    module: ModuleBuilder,
    variables: Readonly<Record<string, Pointer>>,
  ) {
    this.form = form;
    this.code = code;
    this.module = module;
    this.variables = variables;
    this.held = form.inputs.map(({ dtype, reading }, at) =>
      reading === "number" ? this.keep(loadSame(dtype, variables[`x${at}`]!)) : undefined,
    );
    this.pointers = [
      ...form.inputs.flatMap(({ dtype, reading }, at) =>
        reading === "full" ? [{ pointer: variables[`x${at}`]!, dtype }] : [],
      ),
      ...form.results.map((from, at) => ({ pointer: variables[`y${at}`]!, dtype: form.body[from]!.dtype })),
    ];
  }

  /** Moves on by so many elements. */
  skip(elements: Parameters<typeof i32.mul>[0]): void {
    for (const { pointer, dtype } of this.pointers)
      this.code.advance(
        pointer,
        typeof elements === "number" ? elements * bytesOf(dtype) : i32.mul(elements, bytesOf(dtype)),
      );
  }

  /** Finds the columns and rows of a run. */
  enter(run: Pointer, stretched: readonly number[], axes: number): void {
    addressesOf(this.code, this.variables, run, axes, stretched).forEach((start, place) => {
      const input = stretched[place]!;
      const { dtype, reading } = this.form.inputs[input]!;
      if (reading === "row") this.rows.set(input, start);
      else this.held[input] = this.keep(loadSame(dtype, start));
    });
  }

  /** So many elements, four at a time, the rest one by one. */
  elements(count: Pointer): void {
    const { code } = this;
    code.repeat(i32.shiftRightUnsigned(count, 2), () => this.compute(4));
    code.repeat(i32.and(count, 3), () => this.compute(1));
  }

  /** Reads everything that the next elements need, computes, then writes: an output may be one of the inputs. */
  private compute(count: 1 | 4): void {
    const { code, form, module, variables } = this;
    const load = count === 4 ? loadQuad : loadOne;
    const store = count === 4 ? storeQuad : storeOne;
    const read = form.inputs.map(
      ({ dtype }, at) => this.held[at] ?? this.keep(load(dtype, this.rows.get(at) ?? variables[`x${at}`]!)),
    );
    const made: Quad[] = [];
    for (const { operation, attributes, inputs } of form.body) {
      const operands = inputs.map((from) => (from < 0 ? made[~from]! : read[from]!));
      const dtype = this.dtypeOf(inputs[operation.name === "where" ? 1 : 0]!);
      const formula = formulas[operation.name as keyof typeof formulas];
      made.push(this.keep(formula({ code, module, dtype }, operands, attributes)));
    }
    form.results.forEach((from, at) => store(code, form.body[from]!.dtype, variables[`y${at}`]!, made[from]!));
    this.skip(count);
    for (const [input, row] of this.rows) code.advance(row, count * bytesOf(form.inputs[input]!.dtype));
  }

  private dtypeOf(reference: number): DType {
    return reference < 0 ? this.form.body[~reference]!.dtype : this.form.inputs[reference]!.dtype;
  }

  private keep(quad: Quad): readonly Local<"v128">[] {
    return quad.map((vector) => this.code.let(vector));
  }
}

function bytesOf(dtype: DType): number {
  return dtypes[dtype].bytes;
}
