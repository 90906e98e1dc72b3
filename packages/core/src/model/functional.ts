import { GradloomError } from "../errors/gradloom-error.ts";
import { checkValue } from "../errors/options.ts";
import { anyFunction } from "../errors/rules.ts";
import { newScope } from "../ops/close-over.ts";
import type { Given } from "../plugin/define.ts";
import { traced } from "../tensor/frame.ts";
import type { Shape } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import type { TraceScope } from "../tensor/trace-scope.ts";
import type { Builder, BuiltLayer, Layer, Shapes, Tensors } from "./layer.ts";
import { layerName } from "./model-builder.ts";
import { anyTensors, sampleShapes } from "./shapes.ts";

/** Puts a layer in the network: the n-th use at every call is the same layer, so uses may not depend on values. */
export type Use = <Input extends Tensors>(layer: Given<"layer">) => (x: Input) => Tensor;

const aFunction = /*#__PURE__*/ anyFunction<Parameters<typeof functional>[0]>();

/**
 * A network written as a plain function of its input: `functional((x, use) => add(x, use(dense({ units: 8 }))(x)))`. It is called once with
 * stand-ins to build the layers and again at every use.
 */
export function functional(call: (x: Tensor & readonly Tensor[], use: Use) => Tensors): Layer {
  checkValue("functional", "the network", aFunction, call);
  return {
    build(input, make) {
      const uses: BuiltLayer[] = [];
      const scope = newScope("functional");
      const standIn = standInOf(scope);
      let outputs: Tensors;
      try {
        const network = (): Tensors =>
          call(standIn(input) as Tensor & readonly Tensor[], buildingUse(make, uses, standIn));
        outputs = traced(scope, network).result;
      } finally {
        scope.isOpen = false;
      }
      checkValue("functional", "what the function gives", anyTensors, outputs);
      return {
        output: sampleShapes(outputs),
        call: (x, context) => {
          let next = 0;
          const result = call(x as Tensor & readonly Tensor[], () => (value) => {
            const built = uses[next++];
            if (built === undefined) throw changed(make.path, uses.length, `more than ${uses.length}`);
            return built.call(value, context) as Tensor;
          });
          if (next !== uses.length) throw changed(make.path, uses.length, String(next));
          return result;
        },
      };
    },
  };
}

function buildingUse(make: Builder, uses: BuiltLayer[], standIn: StandIn): Use {
  return (given) => (x) => {
    const layer = make.resolve("layer", given);
    checkValue("functional", "what a layer is used on", anyTensors, x);
    const built = make.layer(layerName(layer, uses.length), layer, sampleShapes(x));
    uses.push(built);
    return standIn(built.output) as Tensor;
  };
}

/** Gives tensors of shapes with a batch of 2, which are never computed. */
type StandIn = (shapes: Shapes) => Tensors;

function standInOf(scope: TraceScope): StandIn {
  const one = (shape: Shape): Tensor => scope.parameter({ shape: [2, ...shape], dtype: "float32" }, 0);
  return (shapes) => (Array.isArray(shapes[0]) ? (shapes as readonly Shape[]).map(one) : one(shapes as Shape));
}

function changed(path: string, built: number, used: string): GradloomError {
  // Why: The function of a functional layer runs again at every use. Layers that are used inside an if, or made anew inside of it, come out
  // different from those that were built.
  return new GradloomError(
    "functional-uses",
    `functional: ${path || "the model"} was built with ${built} layers and now uses ${used}; the function must use the same layers in the same order every time`,
  );
}
