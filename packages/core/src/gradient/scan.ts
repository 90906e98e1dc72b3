import { GradloomError, show } from "../errors/gradloom-error.ts";
import { checkOptions, type Fields, type Rule } from "../errors/options.ts";
import { flag, instanceOf, listOf, required, wholeNumber } from "../errors/rules.ts";
import { applyAll, checkFunction, checkTensors } from "../ops/apply.ts";
import { reshape } from "../ops/axes.ts";
import { cast } from "../ops/cast.ts";
import { closeOver, inline, newScope } from "../ops/close-over.ts";
import { add } from "../ops/elementwise.ts";
import { zerosLike } from "../ops/creation.ts";
import { iota } from "../ops/ranges.ts";
import { openFrame } from "../tensor/frame.ts";
import { isFloat } from "../tensor/dtype.ts";
import type { GradientContext, InputGradients, LoopAttributes, Operation, TensorSpec } from "../tensor/graph.ts";
import { primitive } from "../tensor/operation.ts";
import { sameShape } from "../tensor/shape.ts";
import type { Subgraph } from "../tensor/subgraph.ts";
import { flatten, type TensorTree } from "../tensor/tensor-tree.ts";
import { Tensor } from "../tensor/tensor.ts";
import { backward } from "./backward.ts";

/** The attributes of a loop that is being built. */
type ScanAttributes = LoopAttributes<Subgraph>;

/** The operation behind `scan`: control flow that executors run, not a kernel. */
const scanOperation: Operation<ScanAttributes> = /*#__PURE__*/ primitive<ScanAttributes>({
  name: "scan",
  infer: (inputs, { body, length, carries, histories }) => {
    const first = inputs.slice(0, carries).map(({ shape, dtype }) => ({ shape, dtype }));
    const outputs = body.results.slice(carries);
    return [
      ...first,
      ...outputs.map((spec) => stackOf(spec, length)),
      ...(histories ? first.map((spec) => stackOf(spec, length)) : []),
    ];
  },
  grad: (context) => gradientsOfScan(context),
  traits: {
    loop: true,
    visible: (attributes) => (attributes as ScanAttributes).body.results.length,
    trim: (attributes, used) => trimmed(attributes as ScanAttributes, used),
  },
});

function stackOf({ shape, dtype }: TensorSpec, length: number): TensorSpec {
  return { shape: [length, ...shape], dtype };
}

/** Without the histories, where nobody reads them. */
function trimmed(
  attributes: ScanAttributes,
  used: readonly boolean[],
): { readonly attributes: ScanAttributes; readonly outputs: number } | undefined {
  const plain = attributes.body.results.length;
  if (!attributes.histories || used.slice(plain).some(Boolean)) return undefined;
  return { attributes: { ...attributes, histories: false }, outputs: plain };
}

/** What one step of a scan gives. */
export interface ScanStep {
  readonly carry: readonly Tensor[];
  readonly output?: readonly Tensor[];
}

/** First carries and sequences of a scan. */
export interface ScanOptions {
  readonly initial: readonly Tensor[];
  /** Tensors that are walked along their first axis, all of one length. */
  readonly sequences?: readonly Tensor[];
  /** Steps, where there are no sequences. */
  readonly length?: number;
  /** From the last slice to the first; outputs keep the places of their slices. */
  readonly reverse?: boolean;
}

const tensors: Rule<readonly Tensor[]> = listOf(instanceOf("a tensor", Tensor));

const scanFields: Fields<ScanOptions> = {
  initial: required(tensors),
  sequences: tensors,
  length: wholeNumber(0),
  reverse: flag,
};

/**
 * A loop over the first axis of sequences that hands carries from step to step. The step is traced once, so the graph's size does not depend
 * on the length. Gives the last carries and the outputs of all steps, stacked.
 */
export function scan(
  step: (carry: readonly Tensor[], slices: readonly Tensor[]) => ScanStep,
  options: ScanOptions,
): { readonly carry: readonly Tensor[]; readonly output: readonly Tensor[] } {
  return loop("scan", step, options);
}

type Step = Parameters<typeof scan>[0];

const stepFields: Fields<ScanStep> = { carry: required(tensors), output: tensors };

/** `scan` for functions of other names. */
function loop(name: string, step: Step, options: ScanOptions): ReturnType<typeof scan> {
  checkFunction(name, step);
  checkOptions(name, scanFields, options);
  const { initial, sequences = [], length = sequences[0]?.shape[0], reverse = false } = options;
  checkLengths(name, sequences, length);
  const slices = sequences.map(({ shape, dtype }) => ({ shape: shape.slice(1), dtype }));
  const outer = openFrame().scope;
  const scope = newScope(name, true);
  const { graph: body, invariants } = closeOver(scope, [...initial.map(specOf), ...slices], (...parameters) => {
    const [given, walked] = [parameters.slice(0, initial.length), parameters.slice(initial.length)];
    const made = step([...given], [...walked]);
    flatten(name, made as unknown as TensorTree);
    checkOptions(`${name}: what the step gives`, stepFields, made);
    const { carry, output = [] } = made;
    checkCarry(initial, carry);
    const uses = scope.written().map(([, use]) => use);
    const steps = scope.step === undefined ? [] : [scope.step];
    return {
      parameters: [...given, ...uses.map(({ parameter }) => parameter), ...walked, ...steps],
      results: [...carry, ...uses.map(({ value }) => value), ...output],
    };
  });
  const cells = scope.written().map(([cell]) => cell);
  const carries = [...initial, ...cells.map((cell) => cell.read(outer))];
  const walked = scope.step === undefined ? sequences : [...sequences, stepsOf(length!)];
  const inputs = [...carries, ...walked, ...invariants];
  const attributes: ScanAttributes = {
    body,
    length: length!,
    carries: carries.length,
    sequences: walked.length,
    reverse,
    histories: carries.length > 0,
  };
  const outputs = applyAll(scanOperation, inputs, attributes);
  cells.forEach((cell, at) => cell.write(outputs[initial.length + at]!, outer));
  return { carry: outputs.slice(0, initial.length), output: outputs.slice(carries.length, body.results.length) };
}

/** The function on each slice of the sequences' first axis, in turn; the results, stacked. For loops whose work is too large at once. */
export function map(call: (...slices: readonly Tensor[]) => Tensor, ...sequences: readonly Tensor[]): Tensor {
  checkFunction("map", call);
  checkTensors("map", sequences);
  return loop("map", (_, slices) => ({ carry: [], output: [call(...slices)] }), { initial: [], sequences }).output[0]!;
}

/** The number of each step, uint32 [length, 1]. */
function stepsOf(length: number): Tensor {
  return reshape(cast(iota(length), "uint32"), [length, 1]);
}

function specOf({ shape, dtype }: Tensor): TensorSpec {
  return { shape, dtype };
}

/**
 * A reverse scan: it carries the gradients of the carries and adds up those of the invariants. Each step is computed again from the carries
 * it was given.
 */
function gradientsOfScan(context: GradientContext<ScanAttributes>): InputGradients {
  let built: readonly (Tensor | undefined)[] | undefined;
  return context.inputs.map((input, at) => (isFloat(input.dtype) ? () => (built ??= reverseScan(context))[at]! : null));
}

function reverseScan({
  inputs,
  outputs,
  incoming,
  attributes,
}: GradientContext<ScanAttributes>): readonly (Tensor | undefined)[] {
  const { body, carries, sequences, length, reverse } = attributes;
  const given = body.results.length;
  const isCarry = (at: number): boolean => at < carries;
  const isInvariant = (at: number): boolean => at >= carries + sequences;
  const floatInputs = inputs.map((_, at) => at).filter((at) => isFloat(inputs[at]!.dtype));
  const floatResults = body.results.map((_, at) => at).filter((at) => isFloat(outputs[at]!.dtype));
  const floatCarries = floatResults.filter(isCarry);
  const floatOutputs = floatResults.filter((at) => !isCarry(at));
  const arriving = (at: number): Tensor => incoming[at] ?? zerosLike(outputs[at]!);
  const historyGradients = incoming.slice(given).some((dy) => dy !== undefined)
    ? floatCarries.map((at) => arriving(given + at))
    : [];
  const invariants = inputs.slice(carries + sequences);
  const floatInvariants = floatInputs.filter(isInvariant);

  const { carry, output } = scan(
    (gradients, slices) => {
      let next = 0;
      const take = (count: number): readonly Tensor[] => slices.slice(next, (next += count));
      const parameters = [...take(carries), ...take(sequences), ...invariants];
      const outputGradients = take(floatOutputs.length);
      const fromHistory = take(historyGradients.length);
      const here = body.results.map((_, at) =>
        isCarry(at) ? gradients[floatCarries.indexOf(at)] : outputGradients[floatOutputs.indexOf(at)],
      );
      const found = backward(inline(body, parameters), here, parameters, true);
      const gradientOf = (at: number): Tensor => found[at] ?? zerosLike(parameters[at]!);
      return {
        carry: [
          ...floatCarries.map((at, place) =>
            historyGradients.length > 0 ? add(gradientOf(at), fromHistory[place]!) : gradientOf(at),
          ),
          ...floatInvariants.map((at, place) => add(gradients[floatCarries.length + place]!, gradientOf(at))),
        ],
        output: floatInputs.filter((at) => !isCarry(at) && !isInvariant(at)).map(gradientOf),
      };
    },
    {
      initial: [...floatCarries.map(arriving), ...floatInvariants.map((at) => zerosLike(inputs[at]!))],
      sequences: [
        ...outputs.slice(given),
        ...inputs.slice(carries, carries + sequences),
        ...floatOutputs.map(arriving),
        ...historyGradients,
      ],
      length,
      reverse: !reverse,
    },
  );
  const inOrder = [...carry.slice(0, floatCarries.length), ...output, ...carry.slice(floatCarries.length)];
  return inputs.map((_, at) => inOrder[floatInputs.indexOf(at)]);
}

function checkLengths(name: string, sequences: readonly Tensor[], length: number | undefined): void {
  const wrong = sequences.find(({ shape }) => shape.length === 0 || shape[0] !== length);
  if (length !== undefined && Number.isInteger(length) && length >= 0 && wrong === undefined) return;
  throw new GradloomError(
    "scan-length",
    `${name}: sequences ${sequences.map(({ shape }) => show(shape)).join(", ") || "(none)"} and length ${length}; all must have one whole length as their first size`,
  );
}

function checkCarry(initial: readonly Tensor[], carry: readonly Tensor[]): void {
  const fits =
    carry.length === initial.length &&
    carry.every(({ shape, dtype }, at) => sameShape(shape, initial[at]!.shape) && dtype === initial[at]!.dtype);
  if (fits) return;
  const list = (tensors: readonly Tensor[]): string =>
    tensors.map(({ shape, dtype }) => `${dtype} ${show(shape)}`).join(", ");
  throw new GradloomError(
    "scan-carry",
    `scan: the step was given carries ${list(initial)} and returned ${list(carry)}; it must return as many of the same shapes and dtypes`,
  );
}
