import type { DType, Shape, Tensor } from "@gradloom/core";
import type { Arbitrary } from "fast-check";
import type { HostArray } from "../host-array.ts";
import type { InputSpec } from "../input-spec.ts";

/**
 * A function of tensors as law. Adding a function to the library costs one of these rows:
 *
 * - `settings` generates everything about a call but its numbers: shapes, axes and options, as plain data so that failures print;
 * - `inputs` says from a setting what the inputs look like: a shape, or a spec with a dtype and a domain to draw numbers from.
 *   Say there where numbers may not lie (`fromKink`, `distinct`), so that no differences are taken across a kink;
 * - `call` is the function;
 * - `reference`, where plain loops or `Math` say it in a few lines, gives what must come out, shape and dtype included.
 */
export interface FunctionRule<Setting> {
  readonly settings: Arbitrary<Setting>;
  inputs(setting: Setting): readonly (Shape | InputSpec)[];
  call(inputs: readonly Tensor[], setting: Setting): Tensor | readonly Tensor[];
  reference?(inputs: readonly HostArray[], setting: Setting): HostArray | readonly HostArray[];
  /** Whether derivatives exist at the drawn inputs; they do if left out. */
  readonly differentiable?: boolean | ((setting: Setting) => boolean);
  /** The dtypes that `"float"` inputs take in turn; the two float dtypes if left out. */
  readonly dtypes?: readonly DType[];
}

/** A row whose setting only it knows: each instance is one call. */
export interface FunctionCase {
  readonly settings: Arbitrary<unknown>;
  readonly dtypes: readonly DType[];
  readonly hasReference: boolean;
  /** Whether derivatives exist for some settings. */
  readonly differentiable: boolean;
  at(setting: unknown): FunctionInstance;
}

/** One call of a function, before its numbers are drawn. */
export interface FunctionInstance {
  readonly inputs: readonly InputSpec[];
  readonly differentiable: boolean;
  call(inputs: readonly Tensor[]): readonly Tensor[];
  reference(inputs: readonly HostArray[]): readonly HostArray[];
}

/** Makes a row of a rule. */
export function functionCase<Setting>(rule: FunctionRule<Setting>): FunctionCase {
  const { differentiable = true, dtypes = ["float32", "float64"] } = rule;
  return {
    settings: rule.settings,
    dtypes,
    hasReference: rule.reference !== undefined,
    differentiable: differentiable !== false && dtypes.includes("float64"),
    at: (given) => {
      const setting = given as Setting;
      return {
        inputs: rule.inputs(setting).map((input) => ("shape" in input ? input : { shape: input })),
        differentiable: typeof differentiable === "boolean" ? differentiable : differentiable(setting),
        call: (inputs) => [rule.call(inputs, setting)].flat(),
        reference: (inputs) => [rule.reference!(inputs, setting)].flat(),
      };
    },
  };
}
