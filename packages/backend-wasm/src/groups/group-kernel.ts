import { textOf } from "@gradloom/core/backend";
import { i32, strided } from "../assembler/scalars.ts";
import { type Kernel, kernel, minimum, type Variables } from "../kernels/kernel.ts";
import type { GroupForm } from "./group-form.ts";
import { passOf, writeRow } from "./group-pass.ts";

/** Elements that fill a cache line, or a few. */
const cacheLine = 64;

/**
 * One pass over memory for a group. Parameters: the addresses x0, x1, ... of the inputs, y0, y1, ... of the outputs, keep0, keep1, ... of memory
 * for a row; `length` of a row; `piece`, the elements of a piece, and how many `pieces` a row has; `run`, the elements of a run, and what
 * `addressesOf` needs.
 */
export function groupKernel(form: GroupForm, parameters: readonly string[]): Kernel<string> {
  const { tasks, axes } = form;
  return kernel(
    nameOf(form),
    parameters,
    (code, variables, module) => {
      const pass = passOf(form, { code, module }, variables);
      const { from, to, length, piece, pieces, run } = variables as Variables<
        "from" | "to" | "length" | "piece" | "pieces" | "run"
      >;
      if (tasks === "elements") {
        const [start, count] = [from, i32.sub(to, from)].map((tasks) =>
          code.let(axes === 0 ? tasks : i32.mul(tasks, run)),
        );
        return writeRow(pass, from, from, start!, count!);
      }
      code.for(from, to, 1, (task) => {
        if (tasks === "rows") return writeRow(pass, task, task, code.let(i32.mul(task, length)), length);
        const [row, part] = code.divide(task, pieces);
        const first = code.let(i32.mul(part, piece));
        const count = code.let(minimum(piece, i32.sub(length, first)));
        writeRow(pass, task, row, code.let(strided(first, [row, length])), count);
      });
    },
    tasks === "elements" && axes === 0 ? cacheLine : 1,
  );
}

function nameOf({ body, results, inputs, axes, tasks, phases }: GroupForm): string {
  const operations = body.map(
    ({ computation: { name }, attributes, inputs: from, dtype, perRow, phase }) =>
      `${name}(${from.join()})${dtype}${perRow ? " row" : ""}${phase}${textOf(attributes)}`,
  );
  const reads = inputs.map(({ dtype, reading }) => `${reading} ${dtype}`);
  const work = phases.map(({ elements, keeps }) => `${elements.join()}/${[...keeps].join()}`);
  return `${tasks} ${axes} [${reads.join()}] ${operations.join(" ")} -> ${results.join()} in ${work.join(";")}`;
}
