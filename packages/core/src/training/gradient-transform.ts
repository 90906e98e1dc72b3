import type { Rule } from "../errors/options.ts";
import { either, finiteNumber } from "../errors/rules.ts";
import { valueOfKind } from "../plugin/given.ts";
import type { Tensor } from "../tensor/tensor.ts";

/** Named tensors that a transform keeps for one parameter between steps. */
export type TransformState = Readonly<Record<string, Tensor>>;

/** What a transform may know when it changes one gradient. */
export interface UpdateContext<State extends TransformState = TransformState> {
  /** The parameter's value before the step. */
  readonly parameter: Tensor;
  readonly path: string;
  /** What `init` gave, as the last step left it. */
  readonly state: State;
  /** How many steps there were, this one included: a number of the parameter's dtype. */
  readonly count: Tensor;
  /** The learning rate of this step: a number. */
  readonly learningRate: Tensor;
  /** What the link's `total` gave, if it has one. */
  readonly total: Tensor | undefined;
}

/**
 * One link between a gradient and the change of its parameter: the mathematics for one tensor. What leaves the last link is added to the
 * parameter.
 */
export interface GradientTransform<State extends TransformState = TransformState> {
  /** First values of what it keeps for a parameter; nothing if left out. */
  init?(parameter: Tensor): State;
  /** What is computed once in a step, of all gradients as they arrive at this link, in the widest dtype among the parameters. */
  total?(gradients: readonly Tensor[]): Tensor;
  /** The change, and the next values of all that `init` named. */
  update(gradient: Tensor, context: UpdateContext<State>): { readonly update: Tensor; readonly state?: State };
}

/** The links of an optimizer, in order, and its learning rate: a number or a schedule, a function of the step count. */
export interface OptimizerRule {
  readonly links: readonly GradientTransform[];
  readonly learningRate: number | Schedule;
}

/** The learning rate at a step: a number made from `count`, which is 1 at the first step and of the widest dtype among the parameters. */
export type Schedule = (count: Tensor) => Tensor;

declare module "../plugin/kinds.ts" {
  interface Kinds {
    optimizer: OptimizerRule;
    schedule: Schedule;
  }
}

/** What the learning rate of an optimizer must be. */
export const learningRateRule: Rule<number | Schedule> = /*#__PURE__*/ either(finiteNumber(0), valueOfKind("schedule"));

/** Puts links one after the other, with the learning rate that they are given in `context.learningRate`. */
export function chain(learningRate: number | Schedule, ...links: readonly GradientTransform[]): OptimizerRule {
  return { learningRate, links };
}
