import {
  build,
  type Layer,
  type Model,
  type ModelOptions,
  type Registrable,
  type Shape,
  type Shapes,
  type Tensor,
  tensor,
  type Tensors,
} from "@gradloom/core";
import type { Backend } from "@gradloom/core/backend";
import { asTensor, evaluate, readArray } from "../evaluate.ts";
import type { HostArray } from "../host-array.ts";
import { type Domain, drawInputs, type InputSpec } from "../input-spec.ts";

/** A layer as law. */
export interface LayerCase {
  make(): Layer;
  /** Shape of one sample, or a list of shapes for layers with several inputs. */
  readonly input: Shapes;
  /** float of the model if left out. */
  readonly dtype?: InputSpec["dtype"];
  /** From which numbers inputs are drawn. Kinks inside the layer need not be avoided: such points are drawn again. */
  readonly domain?: Domain;
  /** Whether it draws random numbers in training; it does not if left out. */
  readonly random?: boolean;
  /** Whether derivatives exist; they do if left out. */
  readonly differentiable?: boolean;
}

/** How a model of the layer is built; float64 and seed 1 if left out. */
export interface Building {
  readonly dtype?: "float32" | "float64";
  readonly seed?: number;
  /** First values by path, instead of those that the seed gives. */
  readonly values?: NonNullable<ModelOptions["values"]>;
}

/** A layer with what its laws share. */
export class LayerUnderTest {
  readonly row: LayerCase;
  readonly plugins: readonly Registrable[];
  readonly backend: Backend;

  constructor(row: LayerCase, plugins: readonly Registrable[], backend: Backend) {
    this.row = row;
    this.plugins = plugins;
    this.backend = backend;
  }

  build(building: Building): Model {
    return this.buildOf(this.row.make(), building);
  }

  buildOf(layer: Layer, { dtype = "float64", seed = 1, ...values }: Building): Model {
    const { row, plugins, backend } = this;
    return build(layer, { input: row.input, dtype, seed, plugins, backend, ...values });
  }

  /** Inputs for `batch` samples. */
  draw(batch: number, seed: number, dtype: "float32" | "float64"): readonly HostArray[] {
    const { input, dtype: own = "float", domain = {} } = this.row;
    return drawInputs(
      shapesOf(input).map((shape) => ({ shape: [batch, ...shape], dtype: own, domain })),
      dtype,
      seed,
    );
  }

  outputShapes({ output }: Model): readonly Shape[] {
    return shapesOf(output);
  }

  /** The outputs for the inputs, in the training step of that number if there is one. */
  run(model: Model, inputs: readonly HostArray[], step?: number): Promise<readonly HostArray[]> {
    return evaluate(this.backend, inputs, (tensors) =>
      this.call(model, step)(...tensors).slice(0, this.outputShapes(model).length),
    );
  }

  /** The numbers of the parameters. */
  parametersOf({ parameters }: Model): Promise<readonly HostArray[]> {
    return Promise.all(parameters.map(({ variable }) => readArray(variable)));
  }

  /** The model as a function of its inputs, in a training step or outside; what it adds to the loss counts as output. */
  call(model: Model, step?: number): (...inputs: Tensor[]) => readonly Tensor[] {
    return (...inputs) => {
      const { output, losses } = model.forward(oneOrAll(inputs), step === undefined ? {} : inTraining(step));
      return [...listOf(output), ...losses];
    };
  }
}

/** What makes a forward pass one of training. */
export function inTraining(step: number): { readonly training: true; readonly step: Tensor } {
  return { training: true, step: tensor(Uint32Array.of(step)) };
}

/** One shape or several as a list. */
function shapesOf(shapes: Shapes): readonly Shape[] {
  return typeof shapes[0] === "object" ? (shapes as readonly Shape[]) : [shapes as Shape];
}

function listOf(tensors: Tensors): readonly Tensor[] {
  return "node" in tensors ? [tensors] : tensors;
}

function oneOrAll(tensors: readonly Tensor[]): Tensors {
  return tensors.length === 1 ? tensors[0]! : tensors;
}

/** The arrays as a layer takes them. */
export function tensorsOf(arrays: readonly HostArray[]): Tensors {
  return oneOrAll(arrays.map(asTensor));
}

/** Batches as one. */
export function joined(batches: readonly HostArray[]): HostArray {
  const shape = [batches.reduce((total, batch) => total + batch.shape[0]!, 0), ...batches[0]!.shape.slice(1)];
  return { shape, dtype: batches[0]!.dtype, data: batches.flatMap(({ data }) => Array.from(data)) };
}
