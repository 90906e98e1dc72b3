import { deriveKey, type RandomKey } from "../ops/random.ts";
import type { Tensor } from "../tensor/tensor.ts";
import type { Variable } from "../tensor/variable.ts";
import type { CallContext, Check } from "./layer.ts";

/** What the layers of one forward pass told. */
export interface Told {
  readonly updates: Map<Variable, Tensor>;
  readonly losses: Tensor[];
  readonly checks: Check[];
  readonly ordinals: Map<string, number>;
}

/** The context of one forward pass, seen from one path. */
export class StepContext implements CallContext {
  readonly training: boolean;
  readonly mask: Tensor | undefined;
  private readonly key: RandomKey;
  private readonly path: string;
  private readonly told: Told;

  constructor(training: boolean, key: RandomKey, told: Told, path = "", mask?: Tensor) {
    this.training = training;
    this.key = key;
    this.told = told;
    this.path = path;
    this.mask = mask;
  }

  random(purpose: string): RandomKey {
    const use = `${this.path} ${purpose}`;
    const ordinal = this.told.ordinals.get(use) ?? 0;
    this.told.ordinals.set(use, ordinal + 1);
    return deriveKey(this.key, this.path, purpose, ordinal);
  }

  update(state: Variable, value: Tensor): void {
    this.told.updates.set(state, value);
  }

  latest(state: Variable): Tensor {
    return this.told.updates.get(state) ?? state.value;
  }

  addLoss(penalty: Tensor): void {
    this.told.losses.push(penalty);
  }

  check(holds: Tensor, problem: string): void {
    this.told.checks.push({ holds, problem: `${problem}\n  in layer ${this.path}` });
  }

  within(path: string): CallContext {
    return new StepContext(this.training, this.key, this.told, path, this.mask);
  }
}
