import { copyOperation } from "../ops/cast.ts";
import { none } from "../ops/apply.ts";
import type { DType, TypedArray } from "../tensor/dtype.ts";
import type { Operation, TensorSpec } from "../tensor/graph.ts";
import { sameShape, type Shape, sizeOf } from "../tensor/shape.ts";
import { hashOf, mix, sameAttributes } from "../tensor/attributes.ts";
import type { Instruction, Part, Root, Value } from "./value.ts";

const unknown = { slot: undefined, number: undefined, data: undefined, producer: undefined };

/** Collects instructions, each only once, and simplifies them as they come. */
export class DraftBuilder {
  readonly instructions: Instruction[] = [];
  private readonly known = new Map<number, Instruction[]>();
  private readonly numbers = new Map<string, Value>();
  private readonly constants = new Map<number, Value[]>();
  private readonly views = new Map<Root, Value[]>();
  private values = 0;

  slot(slot: number, spec: TensorSpec): Value {
    return this.rooted({ ...unknown, spec, slot }, spec);
  }

  number(value: number, dtype: DType): Value {
    const key = `${dtype} ${Object.is(value, -0) ? "-0" : value}`;
    let known = this.numbers.get(key);
    if (known === undefined) {
      const spec = { shape: [], dtype };
      known = this.rooted({ ...unknown, spec, number: value }, spec, undefined, value);
      this.numbers.set(key, known);
    }
    return known;
  }

  /** Known numbers; the same for equal ones. */
  constant(data: TypedArray, { shape, dtype }: TensorSpec): Value {
    if (data.length === 1) return this.seenAs(this.number(data[0]!, dtype), shape);
    const hash = hashOf(data);
    let alike = this.constants.get(hash);
    if (alike === undefined) this.constants.set(hash, (alike = []));
    let known = alike.find(({ root }) => root.spec.dtype === dtype && sameAttributes(root.data, data));
    if (known === undefined) {
      const spec = { shape, dtype };
      known = this.rooted({ ...unknown, spec, data }, spec);
      alike.push(known);
    }
    return this.seenAs(known, shape);
  }

  /** The outputs of an operation on values, computed or known already. */
  emit(
    operation: Operation,
    inputs: readonly Value[],
    attributes: object,
    specs: readonly TensorSpec[],
    part: Part = partOf(operation, specs.length),
  ): readonly Value[] {
    if (operation.traits.alias === true) return [this.seenAs(inputs[0]!, specs[0]!.shape)];
    const simple = part === "element" ? inputs.map((input) => this.unstretched(input)) : inputs;
    const same = unchanged(operation, simple, specs[0]!);
    if (same !== undefined) return [same];
    return this.instruction(operation, simple, attributes, specs, part).outputs;
  }

  /** A value in memory of its own, fit to leave the program. */
  owned(value: Value, taken: boolean): Value {
    if (value.root.producer !== undefined && !taken) return value;
    return this.append(copyOperation, [value], none, [value], "element").outputs[0]!;
  }

  private instruction(
    operation: Operation,
    inputs: readonly Value[],
    attributes: object,
    specs: readonly TensorSpec[],
    part: Part,
  ): Instruction {
    let hash = mix(operation.id, hashOf(attributes));
    for (const input of inputs) hash = mix(hash, input.id);
    const candidates = this.known.get(hash);
    const same = candidates?.find(
      (other) =>
        other.operation === operation &&
        other.inputs.length === inputs.length &&
        other.inputs.every((input, at) => input === inputs[at]) &&
        // Elementwise operations stretch their inputs, so the inputs alone do not tell the shape.
        sameShape(other.outputs[0]!.shape, specs[0]!.shape) &&
        sameAttributes(other.attributes, attributes),
    );
    if (same !== undefined) return same;
    const instruction = this.append(operation, inputs, attributes, specs, part);
    if (candidates === undefined) this.known.set(hash, [instruction]);
    else candidates.push(instruction);
    return instruction;
  }

  private append(
    operation: Operation,
    inputs: readonly Value[],
    attributes: object,
    specs: readonly TensorSpec[],
    part: Part,
  ): Instruction {
    const stretches = operation.traits.broadcast === true;
    const outputs = specs.map((spec) =>
      this.rooted(
        { ...unknown, spec },
        spec,
        stretches ? inputs[0] : undefined,
        stretches ? inputs[0]!.filledWith : undefined,
      ),
    );
    const instruction: Instruction = { operation, part, attributes, inputs, outputs };
    for (const output of outputs) output.root.producer = instruction;
    this.instructions.push(instruction);
    return instruction;
  }

  /** What an elementwise operation reads instead of a stretched value: it stretches its inputs itself. */
  private unstretched(value: Value): Value {
    if (value.filledWith !== undefined) return this.number(value.filledWith, value.dtype);
    let source = value;
    while (source.broadcastOf !== undefined) source = source.broadcastOf;
    return source;
  }

  private seenAs(value: Value, shape: Shape): Value {
    if (sameShape(value.shape, shape)) return value;
    let views = this.views.get(value.root);
    if (views === undefined) this.views.set(value.root, (views = []));
    const known = views.find((view) => sameShape(view.shape, shape) && view.dtype === value.dtype);
    if (known !== undefined) return known;
    // A single number that is repeated is that number in any shape.
    const source = this.unstretched(value);
    const isNumber = sizeOf(source.shape) === 1;
    const before = isNumber || source === value ? undefined : regrouped(source.shape, value.shape, shape);
    const repeated = isNumber ? source : before && this.seenAs(source, before);
    const view = this.rooted(value.root, { shape, dtype: value.dtype }, repeated, value.filledWith);
    views.push(view);
    return view;
  }

  private rooted(root: Root, { shape, dtype }: TensorSpec, broadcastOf?: Value, filledWith?: number): Value {
    return { id: this.values++, root, shape, dtype, broadcastOf, filledWith };
  }
}

/** What an operation is to groups by its traits. */
function partOf({ traits }: Operation, outputs: number): Part {
  if (traits.elementwise === true && outputs === 1) return "element";
  return traits.reduction === true ? "reduction" : "step";
}

/** The shape that stretches to `to` as `from` does to `over`, of which `to` is another view; undefined if there is none, or nothing in them. */
function regrouped(from: Shape, over: Shape, to: Shape): Shape | undefined {
  if (sizeOf(to) === 0) return undefined;
  const shape: number[] = [];
  let axis = 0;
  // Axes of both that hold the same elements belong together.
  while (axis < over.length || shape.length < to.length) {
    const [first, start] = [axis, shape.length];
    let [elements, others] = [over[axis++] ?? 1, to[start] ?? 1];
    let end = start + 1;
    while (elements !== others)
      if (elements < others) elements *= over[axis++]!;
      else others *= to[end++]!;
    const sources = from.slice(first, axis);
    const isRepeated = sources.every((size) => size === 1);
    if (!isRepeated && sources.some((size, at) => size !== over[first + at])) return undefined;
    shape.push(...to.slice(start, end).map((size) => (isRepeated ? 1 : size)));
  }
  return shape;
}

/** The operand that an operation with a neutral number leaves as it is. */
function unchanged(operation: Operation, inputs: readonly Value[], { shape }: TensorSpec): Value | undefined {
  const { neutral } = operation.traits;
  if (neutral === undefined) return undefined;
  const [a, b] = inputs as [Value, Value];
  const fits = (kept: Value): boolean => sameShape(kept.shape, shape);
  if (neutral.right !== undefined && Object.is(b.filledWith, neutral.right) && fits(a)) return a;
  if (neutral.left !== undefined && Object.is(a.filledWith, neutral.left) && fits(b)) return b;
  return undefined;
}
