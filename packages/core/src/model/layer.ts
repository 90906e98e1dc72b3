import type { Given } from "../plugin/define.ts";
import type { Kind, Kinds } from "../plugin/kinds.ts";
import type { RandomKey } from "../ops/random.ts";
import type { Shape } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import type { Variable } from "../tensor/variable.ts";

/** Shapes without the batch axis: one, or a list for layers with several inputs or outputs. */
export type Shapes = Shape | readonly Shape[];

/** The tensors of such shapes, batch axis first. */
export type Tensors = Tensor | readonly Tensor[];

/** A description of a piece of a network; `build` makes its variables for a given input shape. */
export interface Layer<Input extends Shapes = Shapes, Output extends Shapes = Shapes> {
  /** Its part of the path; left out, it is its place and kind, e.g. `0-dense`. */
  readonly name?: string;
  /** Whether it may be used in several places, with the same variables. */
  readonly shared?: boolean;
  build(input: Input, make: Builder): BuiltLayer<Input, Output>;
}

/** A layer with its variables. `call` builds the graph of one use; it never assigns. */
export interface BuiltLayer<Input extends Shapes = Shapes, Output extends Shapes = Shapes> {
  /** Shape of what `call` gives, without the batch axis. */
  readonly output: Output;
  call(x: TensorsOf<Input>, context: CallContext): TensorsOf<Output>;
}

type TensorsOf<S extends Shapes> = S extends Shape ? Tensor : S extends readonly Shape[] ? readonly Tensor[] : Tensors;

/** What a layer may know and tell during one use. */
export interface CallContext {
  /** Whether this is a training step, which it never is for a frozen layer; a constant of the trace. */
  readonly training: boolean;
  /** A key for random numbers that is unlike any other use's: by path, purpose and ordinal, with the step cell as counter. */
  random(purpose: string): RandomKey;
  /** The next value of a state; committed by the step. Later updates of one call see the earlier ones through `latest`. The states of a frozen layer stay. */
  update(state: Variable, value: Tensor): void;
  /** The value that a state has after the updates so far. */
  latest(state: Variable): Tensor;
  /** A number to be added to the loss. */
  addLoss(penalty: Tensor): void;
  /** Notes something that must hold, bool []; where it does not, training and evaluation stop with the problem. Prediction does not look, so what the layer gives there must be NaN. */
  check(holds: Tensor, problem: string): void;
  /** The same context seen from the layer at a path. */
  within(path: string): CallContext;
}

/** Something about the numbers of a step that must hold, known only once it has run. */
export interface Check {
  /** bool []. */
  readonly holds: Tensor;
  readonly problem: string;
}

/** What an initializer is told besides the shape. */
export interface InitializerContext {
  readonly key: RandomKey;
  readonly dtype: "float32" | "float64";
  /** How many inputs each output sums over, and how many outputs each input reaches. */
  readonly fanIn: number;
  readonly fanOut: number;
}

/** The first value of a parameter. */
export type Initializer = (shape: Shape, context: InitializerContext) => Tensor;

/** A penalty on a parameter, added to the loss. */
export type Regularizer = (parameter: Tensor) => Tensor;

/** What a parameter is replaced by after each optimizer step. */
export type Constraint = (parameter: Tensor) => Tensor;

/** A function of a tensor that keeps its shape. */
export type Activation = (x: Tensor) => Tensor;

/** How a parameter starts and what holds for it. */
export interface ParameterOptions {
  readonly initializer: Given<"initializer">;
  readonly regularizer?: Given<"regularizer"> | undefined;
  readonly constraint?: Given<"constraint"> | undefined;
  /** Fans that the shape does not tell; otherwise the last axis is outputs, the one before inputs, the rest the window. */
  readonly fans?: { readonly fanIn: number; readonly fanOut: number };
}

/** Makes the variables of layers, under paths. */
export interface Builder {
  /** Where this layer is in the model, e.g. `encoder/0-dense`. */
  readonly path: string;
  readonly dtype: "float32" | "float64";
  /** Whether parameters train; they do not within `frozen(layer)`. */
  readonly trainable: boolean;
  /** A variable that training changes. */
  parameter(name: string, shape: Shape, options: ParameterOptions): Variable;
  /** A variable that calls update, such as a running mean. */
  state(name: string, initial: Tensor): Variable;
  /** Builds an inner layer under a name of its own. */
  layer<Input extends Shapes, Output extends Shapes>(
    name: string,
    layer: Layer<Input, Output>,
    input: Input,
  ): BuiltLayer<Input, Output>;
  /** A builder like this one, whose parameters do not train and whose layers work as they do outside of training. */
  frozen(): Builder;
  /** The value that is meant by a value, a factory or a name. */
  resolve<K extends Kind>(kind: K, given: Given<K>): Kinds[K];
}

/** A trainable variable with what holds for it. */
export interface Parameter {
  readonly path: string;
  readonly variable: Variable;
  readonly trainable: boolean;
  readonly regularizer: Regularizer | undefined;
  readonly constraint: Constraint | undefined;
}

/** A variable that calls update. */
export interface State {
  readonly path: string;
  readonly variable: Variable;
}

/** One line of the summary. */
export interface LayerRow {
  readonly name: string;
  readonly depth: number;
  readonly output: Shapes;
  /** Its own, and those of its inner layers. */
  readonly parameters: readonly Parameter[];
}

declare module "../plugin/kinds.ts" {
  interface Kinds {
    layer: Layer;
    activation: Activation;
    initializer: Initializer;
    regularizer: Regularizer;
    constraint: Constraint;
  }
}
