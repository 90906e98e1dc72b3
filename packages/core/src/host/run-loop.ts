import type { TypedArray } from "../tensor/dtype.ts";
import type { LoopAttributes } from "../tensor/graph.ts";
import type { View } from "./kernels.ts";

/** The program of a loop's body: its slots are the parameters of the graph. */
export interface LoopBody {
  /** Lets a slot be the numbers at an offset of an array. */
  bind(slot: number, data: TypedArray, offset: number): void;
  run(): void;
  /** What came out, until the next run of any program. */
  readonly results: readonly View[];
}

/** Runs the body once for each slice: carries go from step to step, sequences and outputs are walked. */
export function runLoop(
  { length, reverse, carries: count, sequences }: Omit<LoopAttributes<unknown>, "body">,
  body: LoopBody,
  inputs: readonly View[],
  allOutputs: readonly View[],
): void {
  const carries = allOutputs.slice(0, count);
  const outputs = allOutputs.slice(count, body.results.length);
  const histories = allOutputs.slice(body.results.length);
  const walked = count + sequences;
  carries.forEach((carry, at) => {
    copy(carry, 0, inputs[at]!, carry.size);
    body.bind(at, carry.data, carry.offset);
  });
  for (let at = walked; at < inputs.length; at++) body.bind(at, inputs[at]!.data, inputs[at]!.offset);
  for (let step = 0; step < length; step++) {
    const place = reverse ? length - 1 - step : step;
    for (let at = count; at < walked; at++) {
      const { data, offset, size } = inputs[at]!;
      body.bind(at, data, offset + (size / length) * place);
    }
    histories.forEach((history, at) => copy(history, carries[at]!.size * place, carries[at]!, carries[at]!.size));
    body.run();
    carries.forEach((carry, at) => copy(carry, 0, body.results[at]!, carry.size));
    outputs.forEach((output, at) => {
      const result = body.results[count + at]!;
      copy(output, result.size * place, result, result.size);
    });
  }
}

function copy(to: View, start: number, from: View, size: number): void {
  const target = to.data;
  const source = from.data;
  for (let at = 0; at < size; at++) target[to.offset + start + at] = source[from.offset + at]!;
}
