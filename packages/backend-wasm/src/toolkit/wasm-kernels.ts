import {
  anyFunction,
  checkOptions,
  type Fields,
  GradloomError,
  listOf,
  oneOf,
  required,
  rule,
  text,
} from "@gradloom/core";
import {
  dtypes,
  type KernelSet,
  kernelSet,
  type Operation,
  type Region,
  sizeOf,
  type TensorSpec,
  type TypedArray,
  worded,
} from "@gradloom/core/backend";
import type { ElementSite } from "../mathematics/formula.ts";
import type { Quad } from "../mathematics/quad.ts";
import { type WasmKernel, WasmKernelSets, type WasmStepKernel } from "../kernels/wasm-kernel.ts";
import type { Call, KernelStep, Scratch } from "../kernels/call.ts";

/** Memory that a kernel needs besides its inputs and outputs. */
export interface KernelScratch extends Scratch {
  /** Numbers that are known, for reading: as many as the shape has, in an array of the dtype. They stay where they are as long as the program. */
  constant(data: TypedArray, spec: TensorSpec): Region;
}

/** What decides whether a kernel takes a step. */
interface Acceptance<Attributes> {
  /** True, or why not: then the meaning is computed. Everything is taken if it is left out. */
  accepts?(inputs: readonly TensorSpec[], attributes: Attributes): true | string;
}

/** A kernel that is a step of its own. */
export interface WasmKernelRule<Attributes> extends Acceptance<Attributes> {
  /** The calls that compute the outputs, one after the other; the tasks of each are divided among threads. */
  calls(step: KernelStep<Attributes>, scratch: KernelScratch): readonly Call[];
}

/** A formula of an elementwise operation. */
export interface WasmFormulaRule<Attributes> extends Acceptance<Attributes> {
  /** Whether four elements take an instruction or a few, or more: light ones are computed again rather than kept. */
  readonly cost: "light" | "heavy";
  /** Writes the code for four elements: quads of variables in, a quad of `site.result` out. */
  formula(site: ElementSite, operands: readonly Quad[], attributes: Attributes): Quad;
}

/** An operation with its kernel. */
export interface WasmKernelEntry {
  readonly operation: Operation<never>;
  readonly kernel: WasmKernel;
}

const kernelFields: Fields<WasmKernelRule<never>> = { accepts: anyFunction(), calls: required(anyFunction()) };
const formulaFields: Fields<WasmFormulaRule<never>> = {
  accepts: anyFunction(),
  cost: required(oneOf("light", "heavy")),
  formula: required(anyFunction()),
};

/**
 * A kernel of an operation, which is a step of its own. A call or a constant that cannot be is an error when the first program with the operation is
 * made.
 */
export function wasmKernel<Attributes extends object>(
  operation: Operation<Attributes>,
  options: WasmKernelRule<Attributes>,
): WasmKernelEntry {
  checkOptions("wasmKernel", kernelFields, options);
  const kernel: WasmStepKernel = {
    ...(options as unknown as WasmKernelRule<never>),
    form: "step",
    calls: (step, scratch) =>
      options.calls(step, {
        reserve: (spec) => scratch.reserve(spec),
        reserveOwn: (bytes) => scratch.reserveOwn(bytes),
        constant: (data, spec) => constant(operation.name, data, spec),
      }),
  } as WasmStepKernel;
  return { operation, kernel };
}

/**
 * A formula of an elementwise operation (`traits.elementwise`) of one output, which joins the groups that its steps are in. What is no quad of the result is an
 * error when the first program with the operation is made.
 */
export function wasmFormula<Attributes extends object>(
  operation: Operation<Attributes>,
  options: WasmFormulaRule<Attributes>,
): WasmKernelEntry {
  checkOptions("wasmFormula", formulaFields, options);
  const { cost, formula } = options as unknown as WasmFormulaRule<object>;
  const kernel = {
    ...options,
    form: "element",
    name: `operation ${operation.id}`,
    light: cost === "light",
    formula: (site: ElementSite, operands: readonly Quad[], attributes: object) => {
      const quad = formula(site, operands, attributes);
      checkQuad(operation.name, site, quad);
      return quad;
    },
  } as unknown as WasmKernel;
  return { operation, kernel };
}

const setFields: Fields<{ readonly name: string; readonly kernels: readonly WasmKernelEntry[] }> = {
  name: required(text),
  kernels: required(
    listOf(rule<WasmKernelEntry>("what wasmKernel or wasmFormula gives", (value) => "kernel" in Object(value))),
  ),
};

/**
 * A set of kernels for the WebAssembly backend. `name` is the entry that users import it from. Throws where an operation has two kernels, is a view, a
 * barrier or a loop, or has a formula, but is not elementwise.
 */
export function wasmKernels(options: {
  readonly name: string;
  readonly kernels: readonly WasmKernelEntry[];
}): KernelSet<WasmKernel> {
  checkOptions("wasmKernels", setFields, options);
  const { name } = options;
  const kernels = new Map<Operation<never>, WasmKernel>();
  for (const { operation, kernel } of options.kernels) {
    if (kernels.has(operation))
      throw new GradloomError("two-kernels", `${name}: it has two kernels for ${operation.name}; leave one out`);
    kernels.set(operation, kernel.form === "element" ? kernel : withOwnNames(kernel, name));
  }
  const set = kernelSet({ name, target: "wasm", kernels });
  return {
    ...set,
    join: (known, copy) => {
      if (!(known instanceof WasmKernelSets)) throw twoToolkits(name);
      return set.join(known, copy);
    },
  };
}

function twoToolkits(name: string): GradloomError {
  // Why: Two versions of @gradloom/backend-wasm are installed, or a bundler took it in twice, and the kernels were made with another one than the
  // backend, whose assembler does not know theirs. `npm ls @gradloom/backend-wasm` shows who asks for which.
  return new GradloomError(
    "two-toolkits",
    `the kernels of ${name} were made by another copy of @gradloom/backend-wasm; a program needs one copy, npm ls @gradloom/backend-wasm shows them`,
  );
}

/** The kernel, whose calls name the kernels of other packages by their set: two sets may both have one of a name. */
function withOwnNames(kernel: WasmStepKernel, set: string): WasmStepKernel {
  const named = (call: Call): Call => {
    if (call.kernel.isForeign !== true) return call;
    return { ...call, kernel: { ...call.kernel, name: `of ${JSON.stringify([set, call.kernel.name])}` } };
  };
  return { ...kernel, calls: (step, scratch) => kernel.calls(step, scratch).map(named) };
}

function constant(name: string, data: TypedArray, { shape, dtype }: TensorSpec): Region {
  if (!(data instanceof dtypes[dtype].array) || data.length !== sizeOf(shape)) {
    // Why: The numbers are copied into the program's memory as they are, and kernels read as many as the shape says: fewer would show what lies behind
    // them. Make the array of the dtype's own class, with a number for each element.
    throw new GradloomError(
      "constant",
      `${name}: its kernel gives a constant of ${data.length} numbers in ${data.constructor.name} for ${worded({ shape, dtype })}; give as many, in ${dtypes[dtype].array.name}`,
    );
  }
  return { place: { kind: "data", data }, shape, dtype };
}

function checkQuad(name: string, { result }: ElementSite, quad: Quad): void {
  const expected = result === "float64" ? 2 : 1;
  const given = Array.isArray(quad) ? quad.map(({ type }) => type) : [typeof quad];
  if (given.length === expected && given.every((type) => type === "v128")) return;
  // Why: Formulas make four elements at a time: in float64 two vectors of two, in any other dtype one vector of four (bool as masks). Anything else
  // would be written to memory as if it were that.
  throw new GradloomError(
    "formula",
    `${name}: its formula gives [${given.join(", ")}] for four elements of ${result}; it must give [${new Array<string>(expected).fill("v128").join(", ")}]`,
  );
}
