import * as core from "@gradloom/core";
import { boolean, record } from "fast-check";
import { elementAt, fromIndices, type HostArray, mapElements } from "../host-array.ts";
import { shapes } from "../shapes.ts";
import { type FunctionCase, functionCase } from "./function-case.ts";

/** The rows of the functions that take functions. */
export const loopFunctions = {
  checkpoint: (): FunctionCase =>
    functionCase({
      settings: shapes(),
      inputs: (shape) => [{ shape }, { shape }],
      call: ([x, weight]) => core.checkpoint((given: core.Tensor) => core.sin(core.mul(core.exp(given), weight!)))(x!),
      reference: (inputs) => mapElements(inputs, (x, weight) => Math.sin(Math.exp(x) * weight!)),
    }),
  map: (): FunctionCase =>
    functionCase({
      settings: shapes({ minRank: 1, maxRank: 3 }),
      inputs: (shape) => [{ shape }, { shape: shape.slice(1) }],
      call: ([x, weight]) => core.map((slice) => core.sin(core.mul(slice!, weight!)), x!),
      reference: ([x, weight]) =>
        fromIndices(x!.shape, x!.dtype, (index) => Math.sin(elementAt(x!, index) * elementAt(weight!, index.slice(1)))),
    }),
  // A recurrent cell: h = tanh(x w + h / 2), with the states and the last one as outputs.
  scan: (): FunctionCase =>
    functionCase({
      settings: record({ shape: shapes({ minRank: 1, maxRank: 3 }), reverse: boolean() }),
      inputs: ({ shape }) => [{ shape }, { shape: shape.slice(1) }, { shape: shape.slice(1) }],
      call: ([x, first, weight], { reverse }) => {
        const { carry, output } = core.scan(
          ([state], [slice]) => {
            const next = core.tanh(core.add(core.mul(slice!, weight!), core.mul(state!, 0.5)));
            return { carry: [next], output: [next] };
          },
          { initial: [first!], sequences: [x!], reverse },
        );
        return [output[0]!, carry[0]!];
      },
      reference: ([x, first, weight], { shape, reverse }) => {
        const states = new Map<number, HostArray>();
        let state = first!;
        for (let step = 0; step < shape[0]!; step++) {
          const at = reverse ? shape[0]! - 1 - step : step;
          const before = state;
          state = fromIndices(before.shape, x!.dtype, (index) =>
            Math.tanh(elementAt(x!, [at, ...index]) * elementAt(weight!, index) + elementAt(before, index) / 2),
          );
          states.set(at, state);
        }
        return [fromIndices(shape, x!.dtype, ([at, ...index]) => elementAt(states.get(at!)!, index)), state];
      },
    }),
};
