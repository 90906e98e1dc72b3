import { GradloomError, type Model, type Shape, tensor, type Tensor, type TensorSpec } from "@gradloom/core";
import { readSafetensors } from "./read-safetensors.ts";
import type { StoredTensor } from "./safetensors.ts";

/** Puts the numbers of a safetensors file into the model, by path. The model is unchanged where the file does not fit it. */
export function loadWeights(model: Model, bytes: Uint8Array): void {
  const { tensors } = readSafetensors(bytes);
  const weights = new StoredWeights("loadWeights", tensors);
  const values = [...model.parameters, ...model.states].map(
    ({ path, variable }) => [variable, weights.take(path, variable)] as const,
  );
  weights.end();
  for (const [variable, value] of values) variable.assign(value);
}

/** The tensors of a file on their way to the variables of a model. */
export class StoredWeights {
  private readonly reader: string;
  private readonly tensors: ReadonlyMap<string, StoredTensor>;
  private readonly unused: Set<string>;

  /** `reader` begins the messages. */
  constructor(reader: string, tensors: ReadonlyMap<string, StoredTensor>) {
    this.reader = reader;
    this.tensors = tensors;
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
        `${this.reader}: the model has ${path}, ${wanted}, and the file has no tensor of that name; load weights of the same model`,
      );
    }
    const given = describe(stored.dtype, stored.shape);
    if (given !== wanted) {
      // Why: The paths agree but the layers have other sizes: the file is of a model with other options.
      throw new GradloomError(
        "weights-mismatch",
        `${this.reader}: ${path} is ${wanted} in the model and ${given} in the file; load weights of the same model`,
      );
    }
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
      `${this.reader}: the file has ${path}, ${describe(dtype, shape)}, and the model has nothing at that path; load weights of the same model`,
    );
  }
}

function describe(dtype: string, shape: Shape): string {
  return `${dtype} [${shape.join(", ")}]`;
}
