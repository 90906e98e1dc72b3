import { GradloomError } from "../errors/gradloom-error.ts";
import { full } from "../ops/creation.ts";
import { zeros } from "../ops/filled.ts";
import { openFrame } from "../tensor/frame.ts";
import type { DType } from "../tensor/dtype.ts";
import type { Tensor } from "../tensor/tensor.ts";
import type { Scope } from "../tensor/graph.ts";
import { Cell } from "../tensor/trace-scope.ts";
import type { Variable } from "../tensor/variable.ts";
import type { Check } from "./layer.ts";

/** What a forward pass gives besides its output. */
export interface Collected {
  /** The next values of the states. */
  readonly updates: ReadonlyMap<Variable, Tensor>;
  /** Penalties that layers added, [] each. */
  readonly losses: readonly Tensor[];
  /** What must hold for the numbers to mean something. */
  readonly checks: readonly Check[];
}

/** The effects of one forward pass: each is a cell, which loops and checkpoints carry out of themselves. */
export class Effects {
  private readonly home: Scope | undefined = openFrame().scope;
  private readonly states = new Map<Variable, Cell>();
  private readonly updated = new Set<Variable>();
  private readonly losses: Cell[] = [];
  private readonly checks: { readonly holds: Cell; readonly problem: string }[] = [];
  private readonly ordinals = new Map<string, number>();
  private isOver = false;

  /** Ends the pass. */
  collect(): Collected {
    this.isOver = true;
    const { home, states } = this;
    return {
      updates: new Map([...this.updated].map((state) => [state, states.get(state)!.read(home)])),
      losses: this.losses.map((cell) => cell.read(home)),
      checks: this.checks.map(({ holds, problem }) => ({ holds: holds.read(home), problem })),
    };
  }

  /** The scope of the code that calls; an error once the pass is over. */
  scope(name: string, path: string): Scope | undefined {
    if (!this.isOver) return openFrame().scope;
    // Why: What a layer tells belongs to one pass through the model. Nobody listens to a context that is kept.
    throw new GradloomError(
      "context-over",
      `context.${name}: the pass through the model is over; use the context only while call runs`,
      path,
    );
  }

  /** How often the same use was made before. */
  ordinal(use: string): number {
    const ordinal = this.ordinals.get(use) ?? 0;
    this.ordinals.set(use, ordinal + 1);
    return ordinal;
  }

  /** The value of a state, to be read. */
  state(state: Variable): Cell {
    let cell = this.states.get(state);
    if (cell === undefined) this.states.set(state, (cell = new Cell(this.home, state.value)));
    return cell;
  }

  /** The value of a state, to be written. */
  update(state: Variable): Cell {
    this.updated.add(state);
    return this.state(state);
  }

  /** A penalty of 0. */
  loss(dtype: DType): Cell {
    const cell = new Cell(this.home, zeros([], dtype));
    this.losses.push(cell);
    return cell;
  }

  /** A check that holds. */
  check(problem: string): Cell {
    const holds = new Cell(this.home, full([], 1, "bool"));
    this.checks.push({ holds, problem });
    return holds;
  }
}
