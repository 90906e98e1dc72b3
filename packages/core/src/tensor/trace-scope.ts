import { GradloomError } from "../errors/gradloom-error.ts";
import type { TensorSpec } from "./operation.ts";
import type { Tensor } from "./tensor.ts";

/** Makes the leaf that stands for an argument of a traced function; `number` for one that JavaScript gives as a number. */
export type MakeParameter = (spec: TensorSpec, index: number, number: boolean) => Tensor;

/** What a traced function made of a cell that was there before it. */
interface CellUse {
  /** Stands for the value that the cell has when the function is entered. */
  readonly parameter: Tensor;
  value: Tensor;
  written: boolean;
}

/**
 * A function while it is traced. Its parameters, and what is made of them, mean something inside it alone; what it writes to cells
 * that were there before goes in and out with its inputs and outputs.
 */
export class TraceScope {
  readonly name: string;
  readonly parent: TraceScope | undefined;
  readonly depth: number;
  /** Whether the function is being traced, or its graph is being lowered. */
  isOpen = true;
  readonly cells: Map<Cell, CellUse> = new Map();
  private readonly makeParameter: MakeParameter;
  private readonly isLoop: boolean;
  private stepParameter: Tensor | undefined;

  constructor(name: string, parent: TraceScope | undefined, makeParameter: MakeParameter, isLoop = false) {
    this.name = name;
    this.parent = parent;
    this.depth = parent === undefined ? 0 : parent.depth + 1;
    this.makeParameter = makeParameter;
    this.isLoop = isLoop;
  }

  /** A new parameter of this function. */
  parameter(spec: TensorSpec, index: number, number = false): Tensor {
    const tensor = this.makeParameter(spec, index, number);
    tensor.node.scope = this;
    return tensor;
  }

  /** Which step of the loop it is, uint32 [1], where someone asked for it. */
  get step(): Tensor | undefined {
    return this.stepParameter;
  }

  /** The steps of the open loops, outermost first, uint32 [1] each. */
  steps(): readonly Tensor[] {
    const outer = this.parent?.steps() ?? [];
    if (!this.isLoop) return outer;
    this.stepParameter ??= this.parameter({ shape: [1], dtype: "uint32" }, 0);
    return [...outer, this.stepParameter];
  }

  /** Runs work on the graph of a function whose tracing has ended. */
  reopened<Result>(work: () => Result): Result {
    const before = this.isOpen;
    this.isOpen = true;
    try {
      return work();
    } finally {
      this.isOpen = before;
    }
  }

  /** The cells that were written inside, with what stands for the value they come in with and the one they leave with. */
  written(): readonly (readonly [Cell, CellUse])[] {
    return [...this.cells].filter(([, { written }]) => written);
  }

  use(cell: Cell): CellUse {
    let use = this.cells.get(cell);
    if (use === undefined) {
      const parameter = this.parameter(cell, 0);
      this.cells.set(cell, (use = { parameter, value: parameter, written: false }));
    }
    return use;
  }
}

/** A value that changes while a graph is built: written inside of a loop or a checkpoint, it is handed from step to step and out of it. */
export class Cell implements TensorSpec {
  readonly shape: TensorSpec["shape"];
  readonly dtype: TensorSpec["dtype"];
  private readonly home: TraceScope | undefined;
  private value: Tensor;

  constructor(home: TraceScope | undefined, value: Tensor) {
    this.shape = value.shape;
    this.dtype = value.dtype;
    this.home = home;
    this.value = value;
  }

  /** Its value, as it is seen from inside a scope. */
  read(scope: TraceScope | undefined): Tensor {
    return scope === this.home || scope === undefined ? this.value : scope.use(this).value;
  }

  write(value: Tensor, scope: TraceScope | undefined): void {
    if (scope === this.home || scope === undefined) this.value = value;
    else Object.assign(scope.use(this), { value, written: true });
  }
}

/** Throws for a tensor of a traced function that has ended. */
export function refuseLeaked(name: string, { node: { scope } }: Tensor, where: TraceScope | undefined): void {
  if (scope === undefined || scope.isOpen) return;
  // Why: A function that is traced builds a graph of stand-ins for its arguments, which exist while it runs. A tensor that is kept beyond
  // that, in a variable of JavaScript say, has no numbers: return it, as a carry or an output of a scan, as a result of a compiled function.
  throw new GradloomError(
    "leaked-tensor",
    `${name}: a tensor that was made inside ${scope.name} is used ${where === undefined ? "outside of it" : `inside ${where.name}`}; ` +
      `it exists only while ${scope.name} is traced, so return it from there`,
  );
}
