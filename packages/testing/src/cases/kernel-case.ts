import { applyAll, type DType, type Shape, type Tensor } from "@gradloom/core";
import { type Backend, type Kernel, kernelBackend, type Operation } from "@gradloom/core/backend";
import type { Arbitrary } from "fast-check";
import type { InputSpec } from "../input-spec.ts";
import { loopKernels } from "../loop-backend.ts";

/**
 * A kernel as law: the operation that it is for, and what to draw.
 *
 * - `settings` generates everything about a step but its numbers: shapes and what the attributes are made of, as plain data so that failures print;
 *   sizes that are no multiples of the kernel's vectors and tasks among them;
 * - `inputs` says from a setting what the inputs look like, `attributes` what the attributes are: `{}` if left out;
 * - `reference`, for a primitive, which has no meaning, is a kernel on views that computes it plainly.
 */
export interface KernelRule<Setting, Attributes extends object> {
  readonly operation: Operation<Attributes>;
  readonly settings: Arbitrary<Setting>;
  inputs(setting: Setting): readonly (Shape | InputSpec)[];
  attributes?(setting: Setting): Attributes;
  readonly reference?: Kernel<Attributes>;
  /** Whether derivatives exist; they do if left out. */
  readonly differentiable?: boolean;
  /** The dtypes that `"float"` inputs take in turn; the two float dtypes if left out. Refused ones are computed by the meaning. */
  readonly dtypes?: readonly DType[];
  /** Units in the last place, of the largest number in play, by which the kernel may round otherwise than the meaning; 256 if left out. */
  readonly units?: number;
}

/** A row whose setting only it knows. */
export interface KernelCase {
  readonly operation: Operation<never>;
  readonly settings: Arbitrary<unknown>;
  readonly differentiable: boolean;
  readonly dtypes: readonly DType[];
  readonly units: number;
  /** Where the meaning is computed. */
  meaningBackend(): Backend;
  at(setting: unknown): KernelInstance;
}

/** One step, before its numbers are drawn. */
export interface KernelInstance {
  readonly inputs: readonly InputSpec[];
  /** The operation. */
  call(inputs: readonly Tensor[]): readonly Tensor[];
  /** What it means; for a primitive the same, which only the backend of meanings computes. */
  meaning(inputs: readonly Tensor[]): readonly Tensor[];
}

/** Makes a row of a rule. */
export function kernelCase<Setting, Attributes extends object>(rule: KernelRule<Setting, Attributes>): KernelCase {
  const { operation, reference, settings, differentiable = true, dtypes = ["float32", "float64"], units = 256 } = rule;
  if (operation.compose === undefined && reference === undefined)
    throw new Error(`kernelCase: ${operation.name} is a primitive, which has no meaning; give a reference`);
  const operations = new Map(reference === undefined ? [] : [[operation as Operation<never>, reference]]);
  return {
    operation: operation as Operation<never>,
    settings,
    differentiable,
    dtypes,
    units,
    meaningBackend: () => kernelBackend({ name: "loops", kernels: loopKernels(), operations }),
    at: (given) => {
      const setting = given as Setting;
      const attributes = rule.attributes?.(setting) ?? ({} as Attributes);
      const call = (inputs: readonly Tensor[]): readonly Tensor[] => applyAll(operation, inputs, attributes);
      return {
        inputs: rule.inputs(setting).map((input) => ("shape" in input ? input : { shape: input })),
        call,
        meaning: (inputs) => operation.compose?.(inputs, attributes) ?? call(inputs),
      };
    },
  };
}
