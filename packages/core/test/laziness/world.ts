import { commit, compile, full, gradients, type Tensor, tensor, type Variable, variable } from "@gradloom/core";
import { newLeaf } from "../../src/ops/creation.ts";
import { hidden, inFrame, sealed } from "../../src/tensor/frame.ts";
import type { Evaluator } from "./evaluate-node.ts";

/** What a compiled function is called with and gives. */
export type Step = (x: Tensor, number: Tensor) => readonly Tensor[];

/** Where commands are carried out: tensors by number, variables by number. */
export interface World {
  readonly values: Tensor[];
  /** Tensors that no gradient is asked for. */
  readonly constants: ReadonlySet<Tensor>;
  /** How often it has differentiated. */
  gradientCount: number;
  /** The value a variable has now. */
  read(variable: number): Tensor;
  assign(variable: number, value: Tensor): void;
  gradients(output: Tensor, variables: readonly number[], tensors: readonly Tensor[]): readonly Tensor[];
  /** Carries out a body; a failing one leaves no trace. */
  attempt(body: () => readonly Tensor[]): readonly Tensor[];
  hidden(body: () => readonly Tensor[]): readonly Tensor[];
  /** As an optimizer does: assigns what nobody else has seen, then commits. */
  optimize(body: () => void, endHistory: boolean): void;
  compile(step: Step): (x: Tensor, number: number) => readonly Tensor[];
}

/** The library. */
export class LazyWorld implements World {
  readonly values: Tensor[];
  readonly constants = new Set<Tensor>();
  gradientCount = 0;
  readonly variables: readonly Variable[];

  constructor(initial: readonly Tensor[]) {
    this.values = [full([2, 3], 1), tensor(1)];
    this.variables = initial.map((value, at) => variable(value, { name: `variable ${at}` }));
  }

  read(at: number): Tensor {
    return this.variables[at]!.value;
  }

  assign(at: number, value: Tensor): void {
    this.variables[at]!.assign(value);
  }

  gradients(output: Tensor, variables: readonly number[], tensors: readonly Tensor[]): readonly Tensor[] {
    return gradients(output, [...variables.map((at) => this.variables[at]!), ...tensors], { unused: "zeros" });
  }

  attempt(body: () => readonly Tensor[]): readonly Tensor[] {
    return body();
  }

  hidden(body: () => readonly Tensor[]): readonly Tensor[] {
    return hidden(body);
  }

  compile(step: Step): (x: Tensor, number: number) => readonly Tensor[] {
    return compile(step);
  }

  optimize(body: () => void, endHistory: boolean): void {
    sealed(body);
    commit([], { endHistory });
  }
}

/** Immediate evaluation of each node; variables are plain cells. */
export class EagerWorld implements World {
  readonly values: Tensor[];
  readonly constants = new Set<Tensor>();
  gradientCount = 0;
  private readonly evaluator: Evaluator;
  private cells: Tensor[];

  constructor(initial: readonly Tensor[], evaluator: Evaluator) {
    this.evaluator = evaluator;
    this.cells = inFrame(() => initial.map((value) => this.detached(value))).result;
    this.values = inFrame(() => [full([2, 3], 1), tensor(1)]).result;
  }

  read(at: number): Tensor {
    return this.cells[at]!;
  }

  assign(at: number, value: Tensor): void {
    this.cells[at] = this.detached(value);
  }

  gradients(output: Tensor, variables: readonly number[], tensors: readonly Tensor[]): readonly Tensor[] {
    return gradients(output, [...variables.map((at) => this.cells[at]!), ...tensors], { unused: "zeros" });
  }

  attempt(body: () => readonly Tensor[]): readonly Tensor[] {
    const before = [...this.cells];
    try {
      const built = inFrame(body).result;
      for (const value of built) this.evaluator.valueOf(value);
      return built;
    } catch (error) {
      this.cells = before;
      throw error;
    }
  }

  hidden(body: () => readonly Tensor[]): readonly Tensor[] {
    return body();
  }

  optimize(body: () => void): void {
    body();
  }

  compile(step: Step): (x: Tensor, number: number) => readonly Tensor[] {
    return (x, number) => {
      const before = this.cells;
      const entered = before.map((value) => this.detached(value));
      this.cells = [...entered];
      const results = step(this.detached(x), tensor(number)).map((value) => this.detached(value));
      this.cells = this.cells.map((value, at) => (value === entered[at] ? before[at]! : value));
      return results;
    };
  }

  /** The same numbers without a history. */
  private detached(value: Tensor): Tensor {
    return newLeaf({ kind: "host", data: this.evaluator.valueOf(value).slice() }, value);
  }
}
