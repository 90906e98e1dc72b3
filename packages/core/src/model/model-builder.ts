import { GradloomError, inLayer, show } from "../errors/gradloom-error.ts";
import { checkOptions, checkValue, type Fields, type Rule } from "../errors/options.ts";
import { anything, required, rule, sizes } from "../errors/rules.ts";
import { showValue } from "../errors/show-value.ts";
import { checkTensor } from "../ops/apply.ts";
import { cast } from "../ops/cast.ts";
import { deriveKey, type RandomKey } from "../ops/random.ts";
import { nameOf } from "../plugin/define.ts";
import { given } from "../plugin/given.ts";
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

/** Where a layer value was built. */
interface Place {
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
  readonly built: Map<Layer, Place>;
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
export function builderAt(plan: ModelPlan, path: string, trainable = true): Builder {
  const { built, dtype, key, parameters, paths, place, registry, rows, states, values } = plan;
  const here = path || "the model";

  /** A path of its own for what has a name here. */
  const claimed = (kind: "layer" | "parameter" | "state", name: string): string => {
    checkName(`a ${kind} in ${here}`, name);
    const own = path === "" ? name : `${path}/${name}`;
    if (paths.has(own)) {
      throw new GradloomError("path-twice", `path ${own} is taken; names within a layer must differ`);
    }
    paths.add(own);
    return own;
  };
  const builder: Builder = {
    path,
    dtype,
    trainable,
    parameter(name, shape, options) {
      const own = claimed("parameter", name);
      checkValue(`parameter ${own}`, "the shape", sizes, shape);
      checkOptions(`parameter ${own}`, parameterFields, options);
      const { initializer, regularizer, constraint, fans = fansOf(shape) } = options;
      const initial =
        values?.(own, { shape, dtype }) ??
        registry.resolve("initializer", initializer)(shape, { key: deriveKey(key, own), dtype, ...fans });
      checkTensor(`parameter ${own}: the initializer`, initial);
      if (!sameShape(initial.shape, shape)) {
        throw new GradloomError(
          "initializer-shape",
          `parameter ${own}: the initializer gave ${show(initial.shape)}, the parameter is ${show(shape)}; an initializer must keep the shape`,
        );
      }
      const variable = new Variable(place(cast(initial, dtype)), own);
      parameters.push({
        path: own,
        variable,
        trainable,
        regularizer: regularizer && registry.resolve("regularizer", regularizer),
        constraint: constraint && registry.resolve("constraint", constraint),
      });
      return variable;
    },
    state(name, initial) {
      const own = claimed("state", name);
      checkTensor(`state ${own}`, initial);
      const variable = new Variable(place(values?.(own, initial) ?? initial), own);
      states.push({ path: own, variable });
      return variable;
    },
    layer<Input extends Shapes, Output extends Shapes>(name: string, given: Layer<Input, Output>, input: Input) {
      const layer = given as unknown as Layer;
      const known = built.get(layer);
      if (known !== undefined) {
        checkShared(known, layer, { path: here, input, trainable });
        return known.layer as unknown as BuiltLayer<Input, Output>;
      }
      if (typeof layer?.build !== "function") {
        throw new GradloomError(
          "no-layer",
          `${here}: ${showValue(layer)} in the place of ${name} is no layer; give a layer, e.g. dense({ units: 8 })`,
        );
      }
      const own = claimed("layer", name);
      const row = rows.length;
      const before = parameters.length;
      const inner = inLayer(own, () => builtBy(layer, input, builderAt(plan, own, trainable)));
      const depth = own.split("/").length;
      rows.splice(row, 0, { name, depth, output: inner.output, parameters: parameters.slice(before) });
      const located: BuiltLayer = {
        output: inner.output,
        call: (x: Tensors, context: CallContext) =>
          inLayer(own, () => {
            const within = context.within(own);
            return inner.call(x as never, trainable ? within : frozenContext(within));
          }),
      };
      built.set(layer, { path: own, input, layer: located, trainable });
      return located as unknown as BuiltLayer<Input, Output>;
    },
    frozen: () => builderAt(plan, path, false),
    resolve: (kind, given) => registry.resolve(kind, given),
  };
  return builder;
}

/** Throws unless a layer that was built before may stand in another place, for the same input. */
function checkShared({ path, input, trainable }: Place, { shared }: Layer, other: Omit<Place, "layer">): void {
  if (shared !== true) {
    throw new GradloomError(
      "layer-twice",
      `layer ${path} is used again in ${other.path}; a layer value is one place in the network, make another one, or wrap it in share(layer) to use the same weights`,
    );
  }
  if (trainable !== other.trainable) {
    const [here, there] = trainable ? ["trains", "is frozen"] : ["is frozen", "trains"];
    throw new GradloomError(
      "shared-frozen",
      `layer ${path} ${here} there and ${there} in ${other.path}; a shared layer is one, so freeze it in all its places or in none`,
    );
  }
  const [own, wanted] = [input, other.input].map((shapes) => JSON.stringify(shapes));
  if (own === wanted) return;
  // Why: A kernel fits one size. Bring all inputs to one shape before the layer, or use two layers.
  throw new GradloomError(
    "shared-shape",
    `layer ${path} is shared: it was built for ${own} and meets ${wanted}; a shared layer takes one input shape`,
  );
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

/** Fans of a kernel [...window, inputs, outputs]; of a vector, its length for both. */
function fansOf(shape: Shape): { readonly fanIn: number; readonly fanOut: number } {
  if (shape.length < 2) return { fanIn: sizeOf(shape), fanOut: sizeOf(shape) };
  const window = sizeOf(shape.slice(0, -2));
  return { fanIn: window * shape.at(-2)!, fanOut: window * shape.at(-1)! };
}
