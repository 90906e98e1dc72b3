import { type Group, groupOperation } from "../program/group.ts";
import type { Program, Step } from "../program/program.ts";
import { bytesOf } from "../tensor/operation.ts";
import type { TensorSpec } from "../tensor/graph.ts";

/** A value in words, with the name of the variable that it is of, if any. */
export function worded({ dtype, shape, name }: TensorSpec & { readonly name?: string | undefined }): string {
  return `${dtype} [${shape.join(", ")}]${name === undefined ? "" : ` of ${name}`}`;
}

/** A number of bytes in words. */
export function inBytes(bytes: number): string {
  const gibibytes = bytes / 2 ** 30;
  return Number.isInteger(gibibytes) ? `${gibibytes} GiB` : `${(bytes / 2 ** 20).toFixed(1)} MiB`;
}

/** What the working memory of a program is for, in words. */
export function workingMemoryOf({ steps }: Program): string {
  const made = steps.flatMap((step) =>
    step.outputs.map((region, at) => ({ name: `${worded(region)} of ${makerOf(step, at)}`, bytes: bytesOf(region) })),
  );
  const largest = made.sort((a, b) => b.bytes - a.bytes).slice(0, 3);
  return `the working memory of a program whose largest tensors are ${largest.map(({ name }) => name).join(", ")}`;
}

/** The operation that makes an output, which may be one of a group. */
function makerOf({ operation, attributes }: Step, output: number): string {
  if ((operation as unknown) !== groupOperation) return operation.name;
  const { body, results } = attributes as Group;
  return body[results[output]!]!.operation.name;
}
