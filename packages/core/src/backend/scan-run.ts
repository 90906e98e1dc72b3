import type { HostView } from "./host-view.ts";
import type { KernelProgram } from "./kernel-program.ts";

/** Runs the program of one step again and again: carries go from step to step, sequences and outputs are walked. */
export class ScanRun {
  readonly attributes: {
    readonly length: number;
    readonly carries: number;
    readonly sequences: number;
    readonly reverse: boolean;
    readonly histories: boolean;
  };
  private readonly body: KernelProgram;
  private readonly inputs: readonly HostView[];
  private readonly carries: readonly HostView[];
  private readonly outputs: readonly HostView[];
  private readonly histories: readonly HostView[];

  constructor(
    attributes: ScanRun["attributes"],
    body: KernelProgram,
    inputs: readonly HostView[],
    outputs: readonly HostView[],
  ) {
    this.attributes = attributes;
    this.body = body;
    this.inputs = inputs;
    const { carries } = attributes;
    this.carries = outputs.slice(0, carries);
    this.outputs = outputs.slice(carries, body.results.length);
    this.histories = outputs.slice(body.results.length);
  }

  run(): void {
    const { body, inputs, carries, outputs, histories } = this;
    const { length, reverse, sequences } = this.attributes;
    const walked = carries.length + sequences;
    carries.forEach((carry, at) => {
      copy(carry, carry.offset, inputs[at]!, inputs[at]!.offset, carry.size);
      body.bind(at, carry.data, carry.offset);
    });
    for (let at = walked; at < inputs.length; at++) body.bind(at, inputs[at]!.data, inputs[at]!.offset);
    for (let step = 0; step < length; step++) {
      const place = reverse ? length - 1 - step : step;
      for (let at = carries.length; at < walked; at++)
        body.bind(at, inputs[at]!.data, inputs[at]!.offset + (inputs[at]!.size / length) * place);
      histories.forEach((history, at) =>
        copy(history, history.offset + carries[at]!.size * place, carries[at]!, carries[at]!.offset, carries[at]!.size),
      );
      body.run();
      carries.forEach((carry, at) =>
        copy(carry, carry.offset, body.results[at]!, body.results[at]!.offset, carry.size),
      );
      outputs.forEach((output, at) => {
        const result = body.results[carries.length + at]!;
        copy(output, output.offset + result.size * place, result, result.offset, result.size);
      });
    }
  }
}

function copy(to: HostView, toOffset: number, from: HostView, fromOffset: number, size: number): void {
  const target = to.data;
  const source = from.data;
  for (let at = 0; at < size; at++) target[toOffset + at] = source[fromOffset + at]!;
}
