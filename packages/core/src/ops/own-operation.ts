import { checkOptions, checkValue, type Fields, isPlain } from "../errors/options.ts";
import { anyFunction, anything, flag, listOf, oneOf, recordOf, required, rule, sizes, text } from "../errors/rules.ts";
import { GradloomError } from "../errors/gradloom-error.ts";
import { isList } from "../tensor/attributes.ts";
import { type DType, dtypes } from "../tensor/dtype.ts";
import {
  type FusedRule,
  fused as uncheckedFused,
  type PrimitiveRule,
  primitive as uncheckedPrimitive,
} from "../tensor/operation.ts";
import type { Operation, TensorSpec, Traits } from "../tensor/graph.ts";
import { ensureMethods } from "./methods.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { applyAll as uncheckedApplyAll, checkTensors } from "./apply.ts";

const fusedTraits = {
  elementwise: flag,
  reduction: flag,
  alias: flag,
  broadcast: flag,
  constant: flag,
  neutral: anything(),
  barrier: flag,
  kernels: recordOf(text),
  loop: flag,
  visible: anyFunction(),
  trim: anyFunction(),
} as Fields<Omit<Traits, "kernel">>;
const primitiveTraits: Fields<Traits> = { kernel: text as Fields<Traits>["kernel"], ...fusedTraits };
const primitiveFields: Fields<PrimitiveRule<never>> = {
  name: required(text),
  infer: required(anyFunction()),
  grad: required(anyFunction()),
  traits: anything(),
};
const fusedFields: Fields<FusedRule<never>> = {
  name: required(text),
  infer: required(anyFunction()),
  compose: required(anyFunction()),
  grad: anyFunction(),
  traits: anything(),
};

const dtypeName = /*#__PURE__*/ oneOf(.../*#__PURE__*/ (Object.keys(dtypes) as DType[]));
const specList = /*#__PURE__*/ listOf<TensorSpec>({
  rule: "a shape and a dtype",
  holds: (value): value is TensorSpec => typeof value === "object" && value !== null,
});

/** An operation that backends must have: `grad` states its gradient in terms of operations. */
export function primitive<Attributes>(rule: PrimitiveRule<Attributes>): Operation<Attributes> {
  checkOptions("primitive", primitiveFields, rule as PrimitiveRule<never>);
  return uncheckedPrimitive(checked(rule, primitiveTraits));
}

/** An operation with a meaning: backends may have a kernel for it, and its gradient is `grad` or else the differentiated meaning. */
export function fused<Attributes>(rule: FusedRule<Attributes>): Operation<Attributes> {
  checkOptions("fused", fusedFields, rule as FusedRule<never>);
  return uncheckedFused(checked(rule, fusedTraits));
}

/** The rule, whose `infer` throws where it gives anything but shapes and dtypes. */
function checked<Attributes, Rule extends PrimitiveRule<Attributes> | FusedRule<Attributes>>(
  rule: Rule & (PrimitiveRule<Attributes> | FusedRule<Attributes>),
  traitFields: Fields<Omit<Traits, "kernel">>,
): Rule {
  ensureMethods();
  const { name, traits = {} } = rule;
  checkOptions(`${name}: traits`, traitFields, traits);
  const infer: Operation<Attributes>["infer"] = (inputs, attributes) => {
    const specs = rule.infer(inputs, attributes);
    checkValue(name, "what infer gives", specList, specs);
    specs.forEach((spec, at) => {
      checkValue(name, `the shape of output ${at}`, sizes, spec.shape);
      checkValue(name, `the dtype of output ${at}`, dtypeName, spec.dtype);
    });
    return specs.map(({ shape, dtype }) => ({ shape: [...shape], dtype }));
  };
  return { ...rule, infer };
}

const anyOperation = /*#__PURE__*/ rule<Operation>(
  "what primitive or fused gives",
  (value) => typeof Object(value).infer === "function",
);
const plainData = /*#__PURE__*/ recordOf(/*#__PURE__*/ anything());

/**
 * All outputs of a new node of an operation: checks shapes and dtypes at the caller's line and computes nothing. Inputs and attributes are copied,
 * so whatever becomes of the caller's lists changes nothing.
 */
export function applyAll<Attributes extends object>(
  operation: Operation<Attributes>,
  inputs: readonly Tensor[],
  attributes: Attributes,
): readonly Tensor[] {
  checkValue("apply", "the operation", anyOperation, operation);
  const { name } = operation;
  checkTensors(name, inputs);
  checkValue(name, "attributes", plainData, attributes);
  return [...uncheckedApplyAll(operation, [...inputs], ownCopy(name, attributes) as Attributes)];
}

/** The one output of an operation that has one. */
export function apply<Attributes extends object>(
  operation: Operation<Attributes>,
  inputs: readonly Tensor[],
  attributes: Attributes,
): Tensor {
  return applyAll(operation, inputs, attributes)[0]!;
}

/** A copy of attributes down to what is no plain data. */
function ownCopy(name: string, value: unknown, depth = 0): unknown {
  if (depth > 32) {
    throw new GradloomError("attributes", `${name}: the attributes contain themselves or are nested deeper than 32`);
  }
  if (Array.isArray(value)) return Array.from(value, (one) => ownCopy(name, one, depth + 1));
  if (isList(value)) return (value as Float32Array).slice();
  if (!isPlain(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, ownCopy(name, one, depth + 1)]));
}
