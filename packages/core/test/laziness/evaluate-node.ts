import { dtypes, type Kernel, type Kernels, type Shape, sizeOf, type TypedArray } from "@gradloom/core/backend";
import { inFrame } from "../../src/tensor/frame.ts";
import type { LoopAttributes, Node } from "../../src/tensor/graph.ts";
import type { Tensor } from "../../src/tensor/tensor.ts";

/** Immediate evaluation: one kernel at a time, each node on its own, every value in an array of its own. */
export class Evaluator {
  private readonly values = new WeakMap<Tensor, TypedArray>();
  private readonly kernels: Readonly<Record<string, Kernel<object>>>;

  constructor(kernels: Kernels) {
    this.kernels = kernels as unknown as Readonly<Record<string, Kernel<object>>>;
  }

  /** The numbers of a tensor, computed now if they were not before. */
  valueOf(tensor: Tensor): TypedArray {
    for (const node of this.missing([tensor])) this.run(node);
    return this.values.get(tensor)!;
  }

  /** The nodes behind the tensors that have no value yet, in the order of their making. */
  private missing(tensors: readonly Tensor[]): readonly Node[] {
    const found = new Set<Node>();
    const open = [...tensors];
    for (let tensor = open.pop(); tensor !== undefined; tensor = open.pop()) {
      if (this.values.has(tensor) || found.has(tensor.node)) continue;
      found.add(tensor.node);
      open.push(...tensor.node.inputs);
    }
    return [...found].sort((a, b) => a.id - b.id);
  }

  private run({ operation, inputs, outputs, attributes }: Node): void {
    const values = inputs.map((input) => this.values.get(input)!);
    if (inputs.length === 0 && outputs[0]!.storage !== undefined) this.values.set(outputs[0]!, leafValue(outputs[0]!));
    else if (operation.compose !== undefined) {
      const meaning = inFrame(() => operation.compose!(inputs, attributes)).result;
      outputs.forEach((output, at) => this.values.set(output, this.valueOf(meaning[at]!)));
    } else if (operation.traits.loop === true) this.loop(inputs, outputs, attributes as LoopAttributes);
    else if (operation.traits.alias === true || operation.traits.barrier === true)
      this.values.set(outputs[0]!, values[0]!);
    else {
      const elementwise = operation.traits.elementwise === true;
      const views = inputs.map((input, at) =>
        elementwise
          ? view(stretched(values[at]!, input.shape, outputs[0]!.shape), outputs[0]!.shape, input.dtype)
          : view(values[at]!, input.shape, input.dtype),
      );
      const results = outputs.map(({ shape, dtype }) => view(new dtypes[dtype].array(sizeOf(shape)), shape, dtype));
      this.kernels[operation.traits.kernel!]!(views, results, attributes);
      outputs.forEach((output, at) => this.values.set(output, results[at]!.data));
    }
  }

  /** Each step on its own, by the body's graph. */
  private loop(
    inputs: readonly Tensor[],
    outputs: readonly Tensor[],
    { body, length, carries, sequences, reverse, histories }: LoopAttributes,
  ): void {
    const given = inputs.map((input) => this.values.get(input)!);
    const stacks = outputs.map(({ shape, dtype }) => new dtypes[dtype].array(sizeOf(shape)));
    let carry = given.slice(0, carries);
    const put = (stack: TypedArray, place: number, slice: TypedArray): void => stack.set(slice, place * slice.length);
    for (let step = 0; step < length; step++) {
      const place = reverse ? length - 1 - step : step;
      const inner = new Evaluator(this.kernels as unknown as Kernels);
      body.parameters.forEach((parameter, at) => {
        const from = place * sizeOf(parameter.shape);
        const isSlice = at >= carries && at < carries + sequences;
        inner.values.set(
          parameter,
          at < carries ? carry[at]! : isSlice ? given[at]!.slice(from, from + sizeOf(parameter.shape)) : given[at]!,
        );
      });
      if (histories) carry.forEach((value, at) => put(stacks[body.results.length + at]!, place, value));
      const results = body.results.map((result) => inner.valueOf(result));
      carry = results.slice(0, carries);
      results.slice(carries).forEach((result, at) => put(stacks[carries + at]!, place, result));
    }
    outputs.forEach((output, at) => this.values.set(output, at < carries ? carry[at]! : stacks[at]!));
  }
}

function leafValue({ storage, dtype }: Tensor): TypedArray {
  if (storage?.kind === "number") return new dtypes[dtype].array([storage.value]);
  if (storage?.kind === "host" || storage?.kind === "constant") return storage.data.slice();
  throw new Error("immediate evaluation met a value that a backend holds");
}

function view(data: TypedArray, shape: Shape, dtype: keyof typeof dtypes): Parameters<Kernel<object>>[0][number] {
  return { data, offset: 0, size: data.length, shape, dtype };
}

/** The numbers repeated so that they fill a shape, by NumPy's rule. */
function stretched(data: TypedArray, from: Shape, to: Shape): TypedArray {
  const result = data.slice(0, 0).constructor as new (length: number) => TypedArray;
  const filled = new result(sizeOf(to));
  for (let place = 0; place < filled.length; place++) {
    let rest = place;
    let source = 0;
    let stride = 1;
    for (let axis = to.length - 1; axis >= 0; axis--) {
      const position = rest % to[axis]!;
      rest = Math.floor(rest / to[axis]!);
      const size = from[axis - to.length + from.length] ?? 1;
      source += (size === 1 ? 0 : position) * stride;
      stride *= size;
    }
    filled[place] = data[source]!;
  }
  return filled;
}
