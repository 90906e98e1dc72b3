import {
  build,
  type Builder,
  type Layer,
  named,
  Optimizer,
  type ParameterOptions,
  sequential,
  tensor,
  variable,
  zeros,
} from "@gradloom/core";
import type { ErrorCase } from "./error-case.ts";

const weight = variable([1], { name: "w" });
const liar: Layer = { name: "liar", build: () => ({ output: [3], call: (x) => x }) };

/** A layer that makes variables and gives its input. */
const made = (make: (builder: Builder) => unknown): Layer => ({
  build(input, builder) {
    make(builder);
    return { output: input, call: (x) => x };
  },
});

const withParameter = (options: Partial<ParameterOptions>): Layer =>
  made((make) => make.parameter("p", [2], { initializer: (shape) => zeros(shape), ...options }));

/** Errors of models and optimizers that are not made as their types say. */
export const modelErrors: readonly ErrorCase[] = [
  [
    "option",
    "optimizer: the rule is a function; it must be a rule, e.g. adam({ learningRate: 0.001 })",
    () => new Optimizer((() => 0) as never, []),
  ],
  [
    "parameter-twice",
    "optimizer: w is given twice; each parameter takes one step, so name it once",
    () => new Optimizer({ learningRate: 1, links: [] }, [weight, weight]),
  ],
  [
    "no-layer",
    "the model: 7 in the place of inner is no layer; give a layer, e.g. dense({ units: 8 })",
    () => build({ build: (input, make) => make.layer("inner", 7 as never, input) }, { input: [1] }),
  ],
  [
    "layer-output",
    "a layer's call gave [1, 2], its build declared [batch, 3]; they must agree\n  in layer liar",
    () => build(sequential(liar), { input: [2] }).call(tensor([[1, 2]])),
  ],
  [
    "layer-output",
    "a layer's call gave [1, 2], its build declared [batch, 3]; they must agree",
    () => build(liar, { input: [2] }).call([[1, 2]]),
  ],
  [
    "option",
    "layer: what build gave is undefined; it must be { output, call }, the output's shape without the batch and a function\n  in layer 0-layer",
    () => build(sequential({ build: () => undefined as never }), { input: [2] }),
  ],
  [
    "option",
    "layer: what build gave is an object; it must be { output, call }, the output's shape without the batch and a function",
    () => build({ build: () => ({ output: 3 }) as never }, { input: [2] }),
  ],
  [
    "no-tensor",
    "parameter p: the initializer: 7 is no tensor; make one with tensor(...)",
    () => build(withParameter({ initializer: () => 7 as never }), { input: [2] }),
  ],
  [
    "initializer-shape",
    "parameter p: the initializer gave [2, 2], the parameter is [2]; an initializer must keep the shape",
    () => build(withParameter({ initializer: () => zeros([2, 2]) }), { input: [2] }),
  ],
  [
    "no-tensor",
    "the regularizer of p: 7 is no tensor; make one with tensor(...)",
    () => build(withParameter({ regularizer: () => 7 as never }), { input: [2] }).penalty(),
  ],
  [
    "single-number",
    "the regularizer of p: it takes a single number, [], and got [2]; reduce it first, with sum or mean",
    () => build(withParameter({ regularizer: (p) => p }), { input: [2] }).penalty(),
  ],
  [
    "no-tensor",
    "state s: 0 is no tensor; make one with tensor(...)",
    () =>
      build(
        made((make) => make.state("s", 0 as never)),
        { input: [2] },
      ),
  ],
  ...["", ".", "..", "a/b", 7 as never].map((name): ErrorCase => [
    "option",
    `a state in the model: the name is ${JSON.stringify(name)}; it must be a text of 1 to 255 characters without a slash or line break that is not "." or ".."`,
    () =>
      build(
        made((make) => make.state(name, zeros([]))),
        { input: [2] },
      ),
  ]),
  ...[
    ["a\nb", String.raw`"a\nb"`],
    ["\uD800", String.raw`"\ud800"`],
    ["n".repeat(256), `"${"n".repeat(60)}…"`],
  ].map(([name, shown]): ErrorCase => [
    "option",
    `a layer in the model: the name is ${shown}; it must be a text of 1 to 255 characters without a slash or line break that is not "." or ".."`,
    () => build(sequential(named(name!, liar)), { input: [2] }),
  ]),
  [
    "option",
    'a layer in a: the name is "b/c"; it must be a text of 1 to 255 characters without a slash or line break that is not "." or ".."\n  in layer a',
    () => build(sequential(named("a", sequential(named("b/c", liar)))), { input: [2] }),
  ],
  [
    "path-twice",
    "path s is taken; names within a layer must differ",
    () =>
      build(
        made((make) => [make.state("s", zeros([])), make.frozen().state("s", zeros([]))]),
        { input: [2] },
      ),
  ],
  [
    "model-input",
    "model: the input is [], the model takes [batch, 2]",
    () =>
      build(
        made(() => {}),
        { input: [2] },
      ).call(1),
  ],
  [
    "option",
    "optimizer: what a step got is undefined; it must be the loss, a tensor, or a list of gradients",
    () => new Optimizer({ learningRate: 1, links: [] }, [weight]).step(undefined as never),
  ],
  [
    "option",
    "optimizer: what a step got is a list of 1; it must be the loss, a tensor, or a list of gradients",
    () => new Optimizer({ learningRate: 1, links: [] }, [weight]).step([["1"]] as never),
  ],
  [
    "option",
    "optimizer: parameters is undefined; it must be a list",
    () => new Optimizer({ learningRate: 1, links: [] }, undefined as never),
  ],
  [
    "option",
    "optimizer: parameters[0] is a tensor [1]; it must be a variable or a parameter of a model",
    () => new Optimizer({ learningRate: 1, links: [] }, [weight.value as never]),
  ],
  [
    "no-tensor",
    "optimizer: the update of w: undefined is no tensor; make one with tensor(...)",
    () =>
      new Optimizer({ learningRate: 1, links: [{ update: () => undefined as never }] }, [weight]).step([tensor([1])]),
  ],
  [
    "no-tensor",
    "optimizer: the first m of w: 0 is no tensor; make one with tensor(...)",
    () =>
      new Optimizer(
        { learningRate: 1, links: [{ init: () => ({ m: 0 }) as never, update: () => undefined as never }] },
        [weight],
      ),
  ],
];
