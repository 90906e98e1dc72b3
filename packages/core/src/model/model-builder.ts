import { GradloomError, inLayer, show } from "../errors/gradloom-error.ts";
import { checkOptions, checkValue, type Fields, type Rule } from "../errors/options.ts";
import { anything, required, rule, sizes } from "../errors/rules.ts";
import { showValue } from "../errors/show-value.ts";
import { checkTensor } from "../ops/apply.ts";
import { cast } from "../ops/cast.ts";
import { deriveKey, type RandomKey } from "../ops/random.ts";
import { type Given, nameOf } from "../plugin/define.ts";
import { given } from "../plugin/given.ts";
import type { Kind, Kinds } from "../plugin/kinds.ts";
import type { Registry } from "../plugin/registry.ts";
import { sameShape, type Shape, sizeOf } from "../tensor/shape.ts";
import type { TensorSpec } from "../tensor/graph.ts";
import { Tensor } from "../tensor/tensor.ts";
import { Variable } from "../tensor/variable.ts";
import type {
  Builder,
  BuiltLayer,
  CallContext,
  Layer,
  LayerRow,
  Parameter,
  ParameterOptions,
  Shapes,
  State,
  Tensors,
} from "./layer.ts";
import { checkName } from "./check-name.ts";
import { frozenContext } from "./frozen-context.ts";
import { haveShapes, shapesIn, showBatches } from "./shapes.ts";

/** What a model's layers made, in the order of making. */
export interface Made {
  readonly parameters: Parameter[];
  readonly states: State[];
  readonly rows: LayerRow[];
}

/** Of what kind a name is, in errors. */
type Named = "layer" | "parameter" | "state";

/** A layer value where it was built. */
interface BuiltOnce {
  readonly path: string;
  readonly input: Shapes;
  readonly layer: BuiltLayer;
  readonly trainable: boolean;
}

/** What all builders of one model share. */
export interface ModelPlan extends Made {
  readonly registry: Registry;
  readonly key: RandomKey;
  readonly dtype: "float32" | "float64";
  /** Where each layer value was built; a shared one may be met again. */
  readonly built: Map<Layer, BuiltOnce>;
  /** First values by path, instead of those that initializers and layers give. */
  readonly values: ((path: string, spec: TensorSpec) => Tensor) | undefined;
  /** The paths of all layers and variables. */
  readonly paths: Set<string>;
  /** Moves a first value to where the model lives. */
  readonly place: (initial: Tensor) => Tensor;
}

const parameterFields: Fields<ParameterOptions> = {
  initializer: /*#__PURE__*/ required(/*#__PURE__*/ given("initializer")),
  regularizer: /*#__PURE__*/ given("regularizer"),
  constraint: /*#__PURE__*/ given("constraint"),
  fans: /*#__PURE__*/ anything(),
};

/** The builder at one path of a model. */
export class ModelBuilder implements Builder {
  readonly path: string;
  private readonly plan: ModelPlan;
  readonly trainable: boolean;

  constructor(plan: ModelPlan, path: string, trainable = true) {
    this.plan = plan;
    this.path = path;
    this.trainable = trainable;
  }

  get dtype(): "float32" | "float64" {
    return this.plan.dtype;
  }

  parameter(name: string, shape: Shape, options: ParameterOptions): Variable {
    const path = this.claim("parameter", name);
    checkValue(`parameter ${path}`, "the shape", sizes, shape);
    checkOptions(`parameter ${path}`, parameterFields, options);
    const { initializer, regularizer, constraint, fans = fansOf(shape) } = options;
    const { key, values } = this.plan;
    const { dtype } = this;
    const initial =
      values?.(path, { shape, dtype }) ??
      this.resolve("initializer", initializer)(shape, { key: deriveKey(key, path), dtype, ...fans });
    checkTensor(`parameter ${path}: the initializer`, initial);
    if (!sameShape(initial.shape, shape)) {
      throw new GradloomError(
        "initializer-shape",
        `parameter ${path}: the initializer gave ${show(initial.shape)}, the parameter is ${show(shape)}; an initializer must keep the shape`,
      );
    }
    const variable = new Variable(this.plan.place(cast(initial, dtype)), path);
    this.plan.parameters.push({
      path,
      variable,
      trainable: this.trainable,
      regularizer: regularizer === undefined ? undefined : this.resolve("regularizer", regularizer),
      constraint: constraint === undefined ? undefined : this.resolve("constraint", constraint),
    });
    return variable;
  }

  state(name: string, initial: Tensor): Variable {
    const path = this.claim("state", name);
    checkTensor(`state ${path}`, initial);
    const variable = new Variable(this.plan.place(this.plan.values?.(path, initial) ?? initial), path);
    this.plan.states.push({ path, variable });
    return variable;
  }

  layer<Input extends Shapes, Output extends Shapes>(
    name: string,
    layer: Layer<Input, Output>,
    input: Input,
  ): BuiltLayer<Input, Output> {
    const plain = layer as unknown as Layer;
    const known = this.plan.built.get(plain);
    if (known !== undefined) return this.again(known, plain, input) as unknown as BuiltLayer<Input, Output>;
    if (typeof plain?.build !== "function") {
      throw new GradloomError(
        "no-layer",
        `${this.path || "the model"}: ${showValue(plain)} in the place of ${name} is no layer; give a layer, e.g. dense({ units: 8 })`,
      );
    }
    const path = this.claim("layer", name);
    const { rows, parameters } = this.plan;
    const row = rows.length;
    const before = parameters.length;
    const inner = inLayer(path, () => builtBy(plain, input, new ModelBuilder(this.plan, path, this.trainable)));
    const own = parameters.slice(before);
    rows.splice(row, 0, rowOf(path.slice(path.lastIndexOf("/") + 1), path.split("/").length, inner.output, own));
    const { trainable } = this;
    const located: BuiltLayer = {
      output: inner.output,
      call: (x: Tensors, context: CallContext) =>
        inLayer(path, () => {
          const within = context.within(path);
          return inner.call(x as never, trainable ? within : frozenContext(within));
        }),
    };
    this.plan.built.set(plain, { path, input, layer: located, trainable });
    return located as unknown as BuiltLayer<Input, Output>;
  }

  frozen(): Builder {
    return new ModelBuilder(this.plan, this.path, false);
  }

  resolve<K extends Kind>(kind: K, given: Given<K>): Kinds[K] {
    return this.plan.registry.resolve(kind, given);
  }

  private again({ path, input, layer, trainable }: BuiltOnce, value: Layer, wanted: Shapes): BuiltLayer {
    if (value.shared !== true) {
      throw new GradloomError(
        "layer-twice",
        `layer ${path} is used again in ${this.path || "the model"}; a layer value is one place in the network, make another one, or wrap it in share(layer) to use the same weights`,
      );
    }
    if (trainable !== this.trainable) {
      const [here, there] = trainable ? ["trains", "is frozen"] : ["is frozen", "trains"];
      throw new GradloomError(
        "shared-frozen",
        `layer ${path} ${here} there and ${there} in ${this.path || "the model"}; a shared layer is one, so freeze it in all its places or in none`,
      );
    }
    if (JSON.stringify(input) !== JSON.stringify(wanted)) {
      // Why: A kernel fits one size. Bring all inputs to one shape before the layer, or use two layers.
      throw new GradloomError(
        "shared-shape",
        `layer ${path} is shared: it was built for ${JSON.stringify(input)} and meets ${JSON.stringify(wanted)}; a shared layer takes one input shape`,
      );
    }
    return layer;
  }

  private claim(kind: Named, name: string): string {
    checkName(`a ${kind} in ${this.path || "the model"}`, name);
    const path = this.path === "" ? name : `${this.path}/${name}`;
    if (this.plan.paths.has(path)) {
      throw new GradloomError("path-twice", `path ${path} is taken; names within a layer must differ`);
    }
    this.plan.paths.add(path);
    return path;
  }
}

const builtRule: Rule<BuiltLayer> = /*#__PURE__*/ rule(
  "{ output, call }, the output's shape without the batch and a function",
  (value) => {
    const { output, call } = Object(value) as Partial<BuiltLayer>;
    return Array.isArray(output) && typeof call === "function";
  },
);

/** The layer, built; its call is held to the shapes that its build declares. */
export function builtBy(layer: Layer, input: Shapes, make: Builder): BuiltLayer {
  const built = layer.build(input, make);
  checkValue("layer", "what build gave", builtRule, built);
  return {
    output: built.output,
    call: (x, context) => asDeclared(built.call(x as never, context), built.output),
  };
}

/** What a layer's call gave, which must be tensors of the shapes that its build declared. */
function asDeclared(given: Tensors, declared: Shapes): Tensors {
  const shapes = shapesIn(declared);
  const tensors = (Array.isArray(given) ? given : [given]) as readonly Tensor[];
  if (tensors.every((one) => one instanceof Tensor) && haveShapes(tensors, shapes)) return given;
  const got = tensors.map((one) => (one instanceof Tensor ? show(one.shape) : showValue(one))).join(" and ");
  throw new GradloomError(
    "layer-output",
    `a layer's call gave ${got}, its build declared ${showBatches(shapes)}; they must agree`,
  );
}

/** The name that a layer gets as the one at `index` of its parent. */
export function layerName(layer: Layer, index: number): string {
  return layer.name ?? `${index}-${nameOf(layer) ?? "layer"}`;
}

/** A line of the summary. */
export function rowOf(name: string, depth: number, output: Shapes, parameters: readonly Parameter[]): LayerRow {
  return {
    name,
    depth,
    output,
    parameters: count(parameters),
    trainable: count(parameters.filter(({ trainable }) => trainable)),
  };
}

function count(parameters: readonly Parameter[]): number {
  return parameters.reduce((total, { variable }) => total + sizeOf(variable.shape), 0);
}

/** Fans of a kernel [...window, inputs, outputs]; of a vector, its length for both. */
function fansOf(shape: Shape): { readonly fanIn: number; readonly fanOut: number } {
  if (shape.length < 2) return { fanIn: sizeOf(shape), fanOut: sizeOf(shape) };
  const window = sizeOf(shape.slice(0, -2));
  return { fanIn: window * shape.at(-2)!, fanOut: window * shape.at(-1)! };
}
