import { cast, commit, sum, tensor, type Tensor, type TypedArray, useBackend } from "@gradloom/core";
import type { Backend, Kernels } from "@gradloom/core/backend";
import * as fc from "fast-check";
import { expect } from "vitest";
import { carryOut, type Command, within } from "./carry-out.ts";
import { Evaluator } from "./evaluate-node.ts";
import { EagerWorld, LazyWorld, type World } from "./world.ts";

/** Commands to both worlds, and what only the library has: reads, commits and compiled functions. */
interface Event extends Omit<Command, "kind"> {
  readonly kind: Command["kind"] | keyof typeof libraryWeights | "compile";
}

const plainWeights = { build: 22, hold: 4, assign: 6, gradients: 2, drop: 1 };
const libraryWeights = { read: 2, readSync: 2, readLate: 2, readVariable: 2, commit: 2, call: 5 };
const bodyWeights = { hidden: 2, optimize: 1, compile: 2 };

function events<Kind extends string, Body extends readonly Command[]>(
  weights: Readonly<Record<Kind, number>>,
  body: fc.Arbitrary<Body>,
): { readonly weight: number; readonly arbitrary: fc.Arbitrary<{ kind: Kind; seed: number; body: Body }> } {
  const rows = Object.entries(weights) as [Kind, number][];
  const kind = fc.oneof(...rows.map(([name, weight]) => ({ weight, arbitrary: fc.constant(name) })));
  return {
    weight: rows.reduce((total, [, weight]) => total + weight, 0),
    arbitrary: fc.record(
      { kind: fc.noShrink(kind), seed: fc.noShrink(fc.nat(0xffffffff)), body },
      { noNullPrototype: true },
    ),
  };
}

function listOf<Item>(arbitrary: fc.Arbitrary<Item>, maxLength: number): fc.Arbitrary<Item[]> {
  return fc.array(arbitrary, { minLength: 1, maxLength, size: "max" });
}

const noBody = fc.constant<readonly Command[]>([]);
const bodies = listOf(events({ build: 6, hold: 2, assign: 2, gradients: 1 }, noBody).arbitrary, 6);
const programs = listOf(
  fc.oneof(events({ ...plainWeights, ...libraryWeights }, noBody), events(bodyWeights, bodies)),
  40,
);

/**
 * The law of laziness, checked on so many programs, or 10,000 when GRADLOOM_DEEP is set: whatever the interleaving of building, assigning,
 * reading, committing, compiling and dropping, every value is, bit for bit, what immediate evaluation of each node gives.
 */
export function checkLaziness(backend: Backend, kernels: Kernels, usual: number): Promise<void> {
  const law = fc.asyncProperty(programs, async (program) => {
    useBackend(backend);
    await new Run(kernels).check(program);
  });
  return fc.assert(law, {
    numRuns: process.env["GRADLOOM_DEEP"] === undefined ? usual : 10_000,
    // A planted fault need not be made small.
    endOnFailure: process.env["GRADLOOM_MUTANT"] !== undefined,
  });
}

/** Initial values of the variables: two of one shape, other dtypes, and one longer than a block of a fused pass. */
function initialValues(): readonly Tensor[] {
  return [
    tensor([1, -2, 0.5, 3, 0.25, -1], { shape: [2, 3] }),
    tensor([0.5, 2, -0.75, 1, 1, 0], { shape: [2, 3] }),
    tensor([2, -1, 0.5]),
    tensor(new Float64Array([0.1, 0.2, 0.3])),
    tensor(new Int32Array([3, -7])),
    tensor([true, false, true]),
    sum(
      tensor(
        Array.from({ length: 2200 }, (_, at) => (at % 9) - 4),
        { shape: [2, 1100] },
      ),
      { axis: 0 },
    ),
  ];
}

type CompiledStep = ReturnType<World["compile"]>;

class Run {
  private readonly evaluator: Evaluator;
  private readonly lazy = new LazyWorld(initialValues());
  private readonly eager: EagerWorld;
  private readonly late: (() => Promise<void>)[] = [];
  private readonly functions: { readonly lazy: CompiledStep; readonly eager: CompiledStep }[] = [];
  private readonly variables = this.lazy.variables.length;

  constructor(kernels: Kernels) {
    this.evaluator = new Evaluator(kernels);
    this.eager = new EagerWorld(initialValues(), this.evaluator);
  }

  async check(program: readonly Event[]): Promise<void> {
    for (const event of program) await this.carryOut(event);
    for (const read of this.late) await read();
    for (let at = 0; at < this.variables; at++) {
      same(await this.lazy.variables[at]!.data(), this.cell(at), `variable ${at} in the end`);
    }
    for (let at = 0; at < this.lazy.values.length; at++) {
      same(await this.lazy.values[at]!.data(), this.value(at), `value ${at} in the end`);
    }
  }

  private async carryOut({ kind, seed, body }: Event): Promise<void> {
    const at = seed % this.lazy.values.length;
    const variable = seed % this.variables;
    if (kind === "read") same(await this.lazy.values[at]!.data(), this.value(at), `value ${at}`);
    else if (kind === "readSync") same(this.lazy.values[at]!.dataSync(), this.value(at), `value ${at}`);
    else if (kind === "readLate") this.later(this.lazy.values[at]!.data(), this.value(at), `value ${at}`);
    else if (kind === "readVariable") {
      this.later(this.lazy.variables[variable]!.data(), this.cell(variable), `variable ${variable}`);
    } else if (kind === "commit") commit(seed % 3 === 0 ? [this.lazy.values[at]!] : []);
    else if (kind === "compile") this.compile(body);
    else if (kind === "call") this.call(seed);
    else this.both((world) => carryOut(world, this.variables, { kind, seed, body }));
  }

  /** In both worlds: the same happens, or the same error. */
  private both(body: (world: World) => unknown): void {
    const eager = outcome(() => body(this.eager));
    const lazy = outcome(() => body(this.lazy));
    expect(lazy).toBe(eager);
    expect(this.lazy.values.map(String)).toEqual(this.eager.values.map(String));
  }

  private compile(body: readonly Command[]): void {
    const compiled = (world: World): CompiledStep => {
      const captured = world.values.slice(-4);
      const constants = new Set(captured);
      return world.compile((x, number) =>
        within(world, [...captured, cast(x, "float32"), number], this.variables, body, constants),
      );
    };
    this.functions.push({ lazy: compiled(this.lazy), eager: compiled(this.eager) });
  }

  private call(seed: number): void {
    if (this.functions.length === 0) return;
    const called = this.functions[seed % this.functions.length]!;
    const at = (seed >>> 4) % this.lazy.values.length;
    const number = [0.5, 1, 0.1, -2][(seed >>> 8) % 4]!;
    this.both((world) => {
      const step = world === this.lazy ? called.lazy : called.eager;
      world.values.push(...world.attempt(() => step(world.values[at]!, number)));
    });
  }

  private later(read: Promise<TypedArray>, expected: TypedArray, what: string): void {
    this.late.push(async () => same(await read, expected, `${what}, awaited late`));
  }

  private value(at: number): TypedArray {
    return this.evaluator.valueOf(this.eager.values[at]!);
  }

  private cell(at: number): TypedArray {
    return this.evaluator.valueOf(this.eager.read(at));
  }
}

function outcome(body: () => unknown): string {
  try {
    body();
    return "done";
  } catch (error) {
    if (error instanceof Error && error.name === "GradloomError") return error.message;
    throw error;
  }
}

function same(actual: TypedArray, expected: TypedArray, what: string): void {
  const equal =
    actual.constructor === expected.constructor &&
    actual.length === expected.length &&
    actual.every((value, at) => Object.is(value, expected[at]));
  if (!equal) throw new Error(`${what}: ${show(actual)}, immediate evaluation gives ${show(expected)}`);
}

function show(numbers: TypedArray): string {
  return `${numbers.constructor.name} [${numbers.slice(0, 12).join(", ")}${numbers.length > 12 ? ", ..." : ""}]`;
}
