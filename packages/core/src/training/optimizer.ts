import { GradloomError, show } from "../errors/gradloom-error.ts";
import { checkValue, type Rule } from "../errors/options.ts";
import { listOf, rule as ruleOf } from "../errors/rules.ts";
import { showValue } from "../errors/show-value.ts";
import { gradients as gradientsOf } from "../gradient/gradients.ts";
import { checkNumber } from "../model/check-number.ts";
import type { Parameter } from "../model/layer.ts";
import { checkTensor } from "../ops/apply.ts";
import { cast } from "../ops/cast.ts";
import { tensor, zeros } from "../ops/creation.ts";
import { add } from "../ops/elementwise.ts";
import { commit, placeOf } from "../tensor/commit.ts";
import { openFrame, sealed } from "../tensor/frame.ts";
import type { DType } from "../tensor/dtype.ts";
import { sameShape } from "../tensor/shape.ts";
import { Tensor } from "../tensor/tensor.ts";
import { Variable } from "../tensor/variable.ts";
import type { GradientTransform, OptimizerRule, TransformState, UpdateContext } from "./gradient-transform.ts";
import { valuesOf } from "./values-of.ts";

/** What a link keeps for one parameter. */
type Kept = Readonly<Record<string, Variable>>;

const ruleRule: Rule<OptimizerRule> = /*#__PURE__*/ ruleOf("a rule, e.g. adam({ learningRate: 0.001 })", (value) => {
  const { links } = Object(value) as Partial<OptimizerRule>;
  return Array.isArray(links) && links.every((link) => typeof Object(link).update === "function");
});

const parameterList: Rule<readonly (Parameter | Variable)[]> = /*#__PURE__*/ listOf(
  /*#__PURE__*/ ruleOf(
    "a variable or a parameter of a model",
    (value) => value instanceof Variable || (value as Partial<Parameter> | undefined)?.variable instanceof Variable,
  ),
);

const gradientList: Rule<readonly Tensor[]> = /*#__PURE__*/ ruleOf(
  "the loss, a tensor, or a list of gradients",
  (value) => Array.isArray(value) && value.every((one) => one instanceof Tensor),
);

/** An optimizer at work on parameters: it holds what its links keep, the step count and the learning rate. */
export class Optimizer {
  readonly rule: OptimizerRule;
  readonly parameters: readonly Parameter[];
  /** Steps taken, int32 []. */
  readonly count: Variable;
  private readonly rate: Variable;
  /** The widest dtype of the parameters, in which what holds for all of them is computed. */
  private readonly dtype: DType;
  /** For each link, for each parameter. */
  private readonly kept: readonly (readonly Kept[])[];

  constructor(rule: OptimizerRule, parameters: readonly (Parameter | Variable)[]) {
    this.rule = rule;
    checkValue("optimizer", "the rule", ruleRule, rule);
    checkValue("optimizer", "parameters", parameterList, parameters);
    const own = parameters.map(asParameter).filter(({ trainable }) => trainable);
    const twice = own.find(({ variable }, at) => own.findIndex((other) => other.variable === variable) !== at);
    if (twice !== undefined) {
      throw new GradloomError(
        "parameter-twice",
        `optimizer: ${twice.path} is given twice; each parameter takes one step, so name it once`,
      );
    }
    const paths = new Set<string>();
    this.parameters = own.map((one) => ({ ...one, path: unique(one.path, paths) }));
    const device = this.parameters[0]?.variable.device;
    this.dtype = this.parameters.some(({ variable }) => variable.dtype === "float64") ? "float64" : "float32";
    this.count = new Variable(tensor(0, { dtype: "int32" }), "optimizer/count", device);
    const { learningRate } = rule;
    this.rate = new Variable(
      tensor(typeof learningRate === "function" ? 0 : checkRate(learningRate), { dtype: this.dtype }),
      "optimizer/learningRate",
      device,
    );
    this.kept = rule.links.map((link, at) => this.parameters.map((parameter) => keep(link, at, parameter)));
  }

  /** Everything that it keeps between steps, under paths. */
  get state(): readonly { readonly path: string; readonly variable: Variable }[] {
    const all = this.kept.flat().flatMap((kept) => Object.values(kept));
    return [this.count, this.rate, ...all].map((variable) => ({ path: variable.name, variable }));
  }

  /** Another learning rate from the next step on; only where the rule was given a number. */
  setLearningRate(learningRate: number): void {
    if (typeof this.rule.learningRate !== "number") {
      throw new GradloomError(
        "learning-rate",
        "setLearningRate: this optimizer follows a schedule; give it a number to set the rate by hand",
      );
    }
    this.rate.assign(tensor(checkRate(learningRate), { dtype: this.dtype }));
  }

  /**
   * One step: assigns the parameters and what the links keep, and commits, which ends the history of what was computed. Takes the loss, or
   * gradients in the order of `parameters`.
   */
  step(lossOrGradients: Tensor | readonly Tensor[]): void {
    const variables = this.parameters.map(({ variable }) => variable);
    this.update(lossOrGradients instanceof Tensor ? gradientsOf(lossOrGradients, variables) : lossOrGradients);
    const [parameter] = this.parameters;
    const on = parameter === undefined ? undefined : placeOf(parameter.variable);
    if (openFrame().parent === undefined) commit([], { endHistory: true, on });
  }

  /** Assigns the parameters and what the links keep, without a commit. */
  update(gradients: readonly Tensor[]): void {
    checkGradients(gradients, this.parameters);
    sealed(() => {
      const count = add(this.count.value, 1);
      this.count.assign(count);
      const { learningRate } = this.rule;
      const rate = typeof learningRate === "number" ? this.rate.value : learningRate(cast(count, this.dtype));
      checkNumber("optimizer: the learning rate of the schedule", rate);
      const last = this.rule.links.reduce<readonly Tensor[]>(
        (arriving, link, at) => this.through(link, this.kept[at]!, arriving, count, rate),
        gradients,
      );
      this.parameters.forEach(({ variable, constraint }, at) => {
        const moved = add(variable.value, last[at]!);
        variable.assign(constraint === undefined ? moved : constraint(moved));
      });
    });
  }

  private through(
    link: GradientTransform,
    kept: readonly Kept[],
    gradients: readonly Tensor[],
    count: Tensor,
    rate: Tensor,
  ): readonly Tensor[] {
    const total = link.total?.(gradients.map((one) => cast(one, this.dtype)));
    return this.parameters.map(({ variable, path }, at) => {
      const context: UpdateContext = {
        parameter: variable.value,
        path,
        state: valuesOf(kept[at]!),
        count: cast(count, variable.dtype),
        learningRate: cast(rate, variable.dtype),
        total,
      };
      const { update, state = {} } = Object(link.update(gradients[at]!, context)) as ReturnType<typeof link.update>;
      checkTensor(`optimizer: the update of ${path}`, update);
      for (const [name, cell] of Object.entries(kept[at]!)) {
        checkTensor(`optimizer: the next ${name} of ${path}`, state[name]);
        cell.assign(state[name]!);
      }
      return update;
    });
  }
}

/** The path, with a number behind it where another parameter has it, as variables without names do. */
function unique(path: string, taken: Set<string>): string {
  let own = path;
  for (let count = 2; taken.has(own); count++) own = `${path}-${count}`;
  taken.add(own);
  return own;
}

function asParameter(given: Parameter | Variable): Parameter {
  if (!(given instanceof Variable)) return given;
  return { path: given.name, variable: given, trainable: true, regularizer: undefined, constraint: undefined };
}

function keep(link: GradientTransform, at: number, { variable, path }: Parameter): Kept {
  const first: TransformState = link.init?.(zeros(variable.shape, variable.dtype)) ?? {};
  return Object.fromEntries(
    Object.entries(first).map(([name, initial]) => {
      checkTensor(`optimizer: the first ${name} of ${path}`, initial);
      return [name, new Variable(initial, `optimizer/${at}/${path}/${name}`, variable.device)];
    }),
  );
}

function checkRate(learningRate: number): number {
  if (Number.isFinite(learningRate) && learningRate >= 0) return learningRate;
  throw new GradloomError(
    "learning-rate",
    `optimizer: the learning rate is ${showValue(learningRate)}; it must be a finite number of 0 or more`,
  );
}

function checkGradients(gradients: readonly Tensor[], parameters: readonly Parameter[]): void {
  checkValue("optimizer", "what a step got", gradientList, gradients);
  if (gradients.length !== parameters.length) {
    throw new GradloomError(
      "gradient-count",
      `optimizer: ${gradients.length} gradients meet ${parameters.length} trainable parameters; give one for each, in order`,
    );
  }
  parameters.forEach(({ path, variable }, at) => {
    const gradient = gradients[at]!;
    if (sameShape(gradient.shape, variable.shape) && gradient.dtype === variable.dtype) return;
    throw new GradloomError(
      "gradient-shape",
      `optimizer: the gradient of ${path} is ${gradient.dtype} ${show(gradient.shape)}, the parameter is ${variable.dtype} ${show(variable.shape)}; they must agree`,
    );
  });
}
