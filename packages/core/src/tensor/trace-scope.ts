import type { CellUse, Scope, TensorSpec } from "./graph.ts";
import { leaf } from "./leaf.ts";
import type { Tensor } from "./tensor.ts";

/**
 * A function while it is traced. Its parameters, and what is made of them, mean something inside it alone; what it writes to cells
 * that were there before goes in and out with its inputs and outputs.
 */
export class TraceScope implements Scope {
  readonly name: string;
  readonly parent: Scope | undefined;
  readonly depth: number;
  /** Whether the function is being traced, or its graph is being lowered. */
  isOpen = true;
  readonly cells: Map<Cell, CellUse> = new Map();
  private readonly isLoop: boolean;
  private stepParameter: Tensor | undefined;

  constructor(name: string, parent: Scope | undefined, isLoop = false) {
    this.name = name;
    this.parent = parent;
    this.depth = parent === undefined ? 0 : parent.depth + 1;
    this.isLoop = isLoop;
  }

  /** A new parameter of this function. */
  parameter(spec: TensorSpec, index: number, number = false): Tensor {
    return leaf({ kind: "parameter", index, number }, spec, undefined, this);
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
  private readonly home: Scope | undefined;
  private value: Tensor;

  constructor(home: Scope | undefined, value: Tensor) {
    this.shape = value.shape;
    this.dtype = value.dtype;
    this.home = home;
    this.value = value;
  }

  /** Its value, as it is seen from inside a scope. */
  read(scope: Scope | undefined): Tensor {
    return scope === this.home || scope === undefined ? this.value : scope.use(this).value;
  }

  write(value: Tensor, scope: Scope | undefined): void {
    if (scope === this.home || scope === undefined) this.value = value;
    else Object.assign(scope.use(this), { value, written: true });
  }
}
