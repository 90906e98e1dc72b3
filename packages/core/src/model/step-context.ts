import { add } from "../ops/elementwise.ts";
import { logicalAnd } from "../ops/logical.ts";
import { deriveKey, type RandomKey } from "../ops/random.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { checkValue, type Variable } from "../tensor/variable.ts";
import { checkNumber } from "./check-number.ts";
import type { Effects } from "./effects.ts";
import type { CallContext } from "./layer.ts";

/** The context of one forward pass, seen from one path. */
export class StepContext implements CallContext {
  readonly training: boolean;
  private readonly key: RandomKey;
  private readonly effects: Effects;
  private readonly path: string;

  constructor(training: boolean, key: RandomKey, effects: Effects, path = "") {
    this.training = training;
    this.key = key;
    this.effects = effects;
    this.path = path;
  }

  random(purpose: string): RandomKey {
    const { effects, key, path } = this;
    const loops = effects.scope("random", path)?.steps() ?? [];
    return { ...deriveKey(key, path, purpose, effects.ordinal(`${path} ${purpose}`)), loops };
  }

  update(state: Variable, value: Tensor): void {
    const scope = this.effects.scope("update", this.path);
    checkValue("context.update", state, value);
    this.effects.update(state).write(value, scope);
  }

  latest(state: Variable): Tensor {
    return this.effects.state(state).read(this.effects.scope("latest", this.path));
  }

  addLoss(penalty: Tensor): void {
    const scope = this.effects.scope("addLoss", this.path);
    checkNumber("context.addLoss", penalty);
    const total = this.effects.loss(penalty.dtype);
    total.write(add(total.read(scope), penalty), scope);
  }

  check(holds: Tensor, problem: string): void {
    const scope = this.effects.scope("check", this.path);
    checkNumber("context.check", holds, "all");
    const all = this.effects.check(`${problem}\n  in layer ${this.path}`);
    all.write(logicalAnd(all.read(scope), holds), scope);
  }

  within(path: string): CallContext {
    return new StepContext(this.training, this.key, this.effects, path);
  }
}
