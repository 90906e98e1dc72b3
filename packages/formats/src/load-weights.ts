import {
  checkOptions,
  GradloomError,
  type Model,
  type Shape,
  tensor,
  type Tensor,
  type TensorSpec,
} from "@gradloom/core";
import { checkModel } from "./check-model.ts";
import { bytesOf, type FileBytes } from "./file-bytes.ts";
import { checkFinite, type NonFinite, nonFiniteRule } from "./non-finite.ts";
import { tensorsIn } from "./read-safetensors.ts";
import type { StoredTensor } from "./safetensors.ts";
import { showPath } from "./show-path.ts";

/** How weights are loaded. */
export interface LoadWeightsOptions {
  /** What happens where the file holds NaN or infinity: an error, if left out. */
  readonly nonFinite?: NonFinite;
}

/** Throws unless weights can be loaded into what is given, as the options say. */
export function checkLoadWeights(name: string, model: Model, options: LoadWeightsOptions): void {
  checkOptions<LoadWeightsOptions>(name, { nonFinite: nonFiniteRule }, options);
  checkModel(name, model);
}

/** Puts the numbers of a safetensors file into the model, by path. The model is unchanged where the file does not fit it. */
export function loadWeights(model: Model, file: FileBytes, options: LoadWeightsOptions = {}): void {
  checkLoadWeights("loadWeights", model, options);
  const { tensors } = tensorsIn(bytesOf("loadWeights", file));
  const weights = new StoredWeights("loadWeights", tensors, options.nonFinite);
  const values = [...model.parameters, ...model.states].map(
    ({ path, variable }) => [variable, weights.take(path, variable)] as const,
  );
  weights.end();
  for (const [variable, value] of values) variable.assign(value);
}

/** The tensors of a file on their way to the variables of a model. */
export class StoredWeights {
  private readonly caller: string;
  private readonly tensors: ReadonlyMap<string, StoredTensor>;
  private readonly nonFinite: NonFinite;
  private readonly unused: Set<string>;

  /** `caller` begins the messages. */
  constructor(caller: string, tensors: ReadonlyMap<string, StoredTensor>, nonFinite: NonFinite = "error") {
    this.caller = caller;
    this.tensors = tensors;
    this.nonFinite = nonFinite;
    this.unused = new Set(tensors.keys());
  }

  /** The tensor for the variable at a path, which must be of its shape and dtype. */
  take(path: string, { shape, dtype }: TensorSpec): Tensor {
    const stored = this.tensors.get(path);
    const wanted = describe(dtype, shape);
    if (stored === undefined) {
      // Why: Paths are made of names and places of layers: a layer more, less or renamed shifts them. Build the model as it was when it was
      // saved, or load it with `loadModel`, which builds it from the file.
      throw new GradloomError(
        "weights-missing",
        `${this.caller}: the model has ${showPath(path)}, ${wanted}, and the file has no tensor of that name; load weights of the same model`,
      );
    }
    const given = describe(stored.dtype, stored.shape);
    if (given !== wanted) {
      // Why: The paths agree but the layers have other sizes: the file is of a model with other options.
      throw new GradloomError(
        "weights-mismatch",
        `${this.caller}: ${showPath(path)} is ${wanted} in the model and ${given} in the file; load weights of the same model`,
      );
    }
    if (this.nonFinite === "error") checkFinite(this.caller, path, stored);
    this.unused.delete(path);
    return tensor(stored.data, { shape, dtype });
  }

  /** Throws if the file holds more than was taken. */
  end(): void {
    const [path] = this.unused;
    if (path === undefined) return;
    const { dtype, shape } = this.tensors.get(path)!;
    // Why: The file is of a larger model, or of one whose layers have other names. Build the model as it was when it was saved, or load it
    // with `loadModel`.
    throw new GradloomError(
      "weights-unknown",
      `${this.caller}: the file has ${showPath(path)}, ${describe(dtype, shape)}, and the model has nothing at that path; load weights of the same model`,
    );
  }
}

function describe(dtype: string, shape: Shape): string {
  return `${dtype} [${shape.join(", ")}]`;
}
