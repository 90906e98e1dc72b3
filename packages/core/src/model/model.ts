import type { Backend } from "../backend/backend.ts";
import { deviceOf, giveKernels } from "../runtime/backend-device.ts";
import { anyBackend } from "../backend/backend-options.ts";
import type { Argument } from "../runtime/compile.ts";
import { GradloomError, show } from "../errors/gradloom-error.ts";
import { checkOptions, type Fields } from "../errors/options.ts";
import { anyFunction, either, flag, instanceOf, required, wholeNumber } from "../errors/rules.ts";
import { apply, none } from "../ops/apply.ts";
import { cast, copyOperation } from "../ops/cast.ts";
import { add } from "../ops/elementwise.ts";
import { deriveKey, randomKey } from "../ops/random.ts";
import { type Given, nameOf } from "../plugin/define.ts";
import { type Registrable, registrables, Registry } from "../plugin/registry.ts";
import { inFrame } from "../tensor/frame.ts";
import type { Device, TensorSpec } from "../tensor/graph.ts";
import { floatDType, isFloat } from "../tensor/dtype.ts";
import { sizeOf } from "../tensor/shape.ts";
import { Printed } from "../tensor/printed.ts";
import { Tensor } from "../tensor/tensor.ts";
import type { Variable } from "../tensor/variable.ts";
import { checkNumber } from "./check-number.ts";
import { type Collected, openPass } from "./call-context.ts";
import type { BuiltLayer, Layer, LayerRow, Parameter, Shapes, State, Tensors } from "./layer.ts";
import { builderAt, builtBy, type ModelPlan } from "./model-builder.ts";
import { anyShapes, haveShapes, shapesIn, showBatches, tensorsIn, toTensors } from "./shapes.ts";

/** How a model is built. */
export interface ModelOptions {
  /** Shape of one sample, or a list of shapes for several inputs. */
  readonly input: Shapes;
  /** Decides every initial value and every random number in the layers; 0 if left out. */
  readonly seed?: number;
  readonly dtype?: "float32" | "float64";
  /** Where its variables live; a backend among the plugins, else the default backend, if left out. */
  readonly backend?: Backend;
  /** What names in layers refer to. */
  readonly plugins?: readonly Registrable[] | Registry;
  /** First values by path, instead of those that initializers and layers give: how a file is loaded. */
  readonly values?: (path: string, spec: TensorSpec) => Tensor;
}

const modelFields: Fields<ModelOptions> = {
  input: required(anyShapes),
  seed: wholeNumber(),
  dtype: floatDType,
  backend: anyBackend,
  plugins: either(registrables, instanceOf("a Registry", Registry)),
  values: anyFunction(),
};

/** What one forward pass gave. */
export interface Forward extends Collected {
  readonly output: Tensors;
}

/** How a model is called: as in training or not, and what makes random numbers differ between steps, uint32 [1]. */
export interface ForwardOptions {
  readonly training?: boolean;
  readonly step?: Tensor;
}

const forwardFields: Fields<ForwardOptions> = { training: flag, step: instanceOf("a tensor", Tensor) };

/** A layer with its variables, ready to be called. */
export class Model extends Printed {
  readonly layer: Layer;
  readonly input: Shapes;
  readonly output: Shapes;
  readonly seed: number;
  readonly dtype: "float32" | "float64";
  readonly parameters: readonly Parameter[];
  readonly states: readonly State[];
  /** Its layers, each after the one that it is part of. */
  readonly layers: readonly LayerRow[];
  private readonly built: BuiltLayer;

  constructor(
    layer: Layer,
    built: BuiltLayer,
    { input, seed = 0, dtype = "float32" }: ModelOptions,
    { parameters, states, rows }: ModelPlan,
  ) {
    super();
    this.layer = layer;
    this.built = built;
    this.input = input;
    this.output = built.output;
    this.seed = seed;
    this.dtype = dtype;
    this.parameters = parameters;
    this.states = states;
    this.layers = rows;
  }

  toString(): string {
    return `Model(${showBatches(shapesIn(this.input))} -> ${showBatches(shapesIn(this.output))}, ${sizesOf(this.parameters)} parameters)`;
  }

  /** The variables that training changes. */
  get trainable(): readonly Variable[] {
    return this.parameters.filter(({ trainable }) => trainable).map(({ variable }) => variable);
  }

  /** The prediction for a batch of tensors or of data as `tensor` takes it, as it is outside of training: [batch, ...input] -> [batch, ...output]. */
  call(x: Argument): Tensor;
  call(x: Tensors): Tensors;
  call(x: Argument | Tensors): Tensors {
    return this.forward(x).output;
  }

  /** One pass with what a training step needs to know. `step`, uint32 [1], makes random numbers differ between steps. */
  forward(given: Argument | Tensors, options: ForwardOptions = {}): Forward {
    checkOptions("forward", forwardFields, options);
    const { training = false, step } = options;
    const x = toTensors(given);
    checkInput(this.input, x);
    const key = deriveKey(randomKey(this.seed), "call");
    const { context, collect } = openPass(training, step === undefined ? key : { ...key, step });
    const inputs = x instanceof Tensor ? inDType(x, this.dtype) : x.map((one) => inDType(one, this.dtype));
    const output = this.built.call(inputs, context);
    return { output, ...collect() };
  }

  /** The sum of the penalties that regularizers put on trainable parameters, if there are any. */
  penalty(): Tensor | undefined {
    let total: Tensor | undefined;
    for (const { path, variable, regularizer, trainable } of this.parameters) {
      if (regularizer === undefined || !trainable) continue;
      const penalty = regularizer(variable.value);
      checkNumber(`the regularizer of ${path}`, penalty);
      total = total === undefined ? penalty : add(total, penalty);
    }
    return total;
  }
}

/** Builds a network for an input shape: makes its variables, which are computed at the next commit. */
export function build(layer: Given<"layer">, options: ModelOptions): Model {
  checkOptions("build", modelFields, options);
  const { plugins = [], seed = 0, dtype = "float32", values } = options;
  const input = copied(options.input);
  checkShapes(input);
  const registry = plugins instanceof Registry ? plugins : new Registry(plugins);
  const { backend = registry.backends[0] } = options;
  const device = backend === undefined ? undefined : deviceOf(backend);
  giveKernels(registry.kernels, backend);
  const plan: ModelPlan = {
    registry,
    key: deriveKey(randomKey(seed), "initial"),
    dtype,
    parameters: [],
    states: [],
    rows: [],
    built: new Map(),
    // What training keeps has these names in snapshots.
    paths: new Set(["optimizer", "trainer"]),
    values,
    place: (initial) => (device === undefined ? initial : placed(initial, device)),
  };
  const value = registry.resolve("layer", layer);
  // In a frame of its own: of what is built here, only the variables are to be computed.
  const built = inFrame(() => builtBy(value, input, builderAt(plan, ""))).result;
  plan.built.set(value, { path: "", input, layer: built, trainable: true });
  const name = value.name ?? nameOf(value) ?? "model";
  plan.rows.unshift({ name, depth: 0, output: built.output, parameters: plan.parameters });
  return new Model(value, built, { ...options, input }, plan);
}

/** The tensor as one that is computed on the device. */
function placed(tensor: Tensor, device: Device): Tensor {
  const there = apply(copyOperation, [tensor], none);
  there.node.device = device;
  return there;
}

/** Shapes that are nobody else's. */
function copied(shapes: Shapes): Shapes {
  return shapes.map((entry) => (Array.isArray(entry) ? [...(entry as readonly number[])] : entry)) as Shapes;
}

function checkShapes(input: Shapes): void {
  for (const shape of shapesIn(input)) {
    if (shape.every((size) => Number.isInteger(size) && size > 0)) continue;
    throw new GradloomError(
      "input-shape",
      `build: ${show(shape)} is not the shape of a sample; sizes must be whole numbers of 1 or more, without the batch`,
    );
  }
}

function checkInput(input: Shapes, x: Tensors): void {
  const wanted = shapesIn(input);
  const given = tensorsIn(x);
  if (haveShapes(given, wanted) && given.every(({ rank }) => rank > 0)) return;
  throw new GradloomError(
    "model-input",
    `model: the input is ${given.map(({ shape }) => show(shape)).join(" and ")}, the model takes ${showBatches(wanted)}`,
  );
}

/** How many numbers variables hold. */
export function sizesOf(all: readonly { readonly variable: Variable }[]): number {
  return all.reduce((total, { variable }) => total + sizeOf(variable.shape), 0);
}

/** Floats in the model's dtype; other numbers as they are. */
export function inDType(x: Tensor, dtype: "float32" | "float64"): Tensor {
  return isFloat(x.dtype) ? cast(x, dtype) : x;
}
