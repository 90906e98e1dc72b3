import { checkTensors } from "../ops/apply.ts";
import { checkOptions } from "../errors/options.ts";
import { buildProgram } from "../program/build-program.ts";
import type { Target } from "../program/target.ts";
import { printProgram } from "../program/print-program.ts";
import { record } from "../tensor/recording.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { type BackendOptions, backendFields } from "../backend/backend-options.ts";

/** The program that would compute the tensors, in words; nothing is computed. With a backend, as that backend would get it. */
export function explain(tensors: Tensor | readonly Tensor[], options: BackendOptions = {}): string {
  checkOptions("explain", backendFields, options);
  const goals = Array.from(Array.isArray(tensors) ? tensors : [tensors], (tensor: Tensor) => ({ tensor }));
  checkTensors(
    "explain",
    goals.map(({ tensor }) => tensor),
  );
  const { slots } = record(goals);
  const target: Target = options.backend?.supports ?? {};
  const meanings = new Set<string>();
  const program = buildProgram(goals, slots, target, ({ name, traits }, refusal) => {
    const from = traits.kernels?.[target.kernels ?? ""];
    if (from !== undefined || refusal !== undefined)
      meanings.add(`${name} by its meaning: ${refusal ?? `the kernels of ${from} are not given`}`);
  });
  return [printProgram(program), ...meanings].join("\n");
}
