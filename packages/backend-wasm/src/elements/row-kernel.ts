import { i32 } from "../assembler/scalars.ts";
import { type Kernel, kernel } from "../kernels/kernel.ts";
import { keptBy, type RowForm, stretchedInputs } from "./row-form.ts";
import { RowPass } from "./row-pass.ts";
import { runParameters } from "./run-addresses.ts";

/**
 * Work on rows of `length` elements, phase by phase. Parameters: the addresses x0, x1, ... of the inputs, y0, y1, ... of the outputs, keep0, keep1,
 * ... of memory for a row; if something is stretched, the elements of a run, and what `runParameters` says. A task is a row, or a piece
 * of `piece` elements of which a row has `pieces`.
 */
export function rowKernel(form: RowForm): Kernel<string> {
  const { inputs, results, axes, split } = form;
  const parameters = [
    ...inputs.map((_, at) => `x${at}`),
    ...results.map((_, at) => `y${at}`),
    ...keptBy(form).map((_, at) => `keep${at}`),
    "length",
    ...(split ? ["piece", "pieces"] : []),
    ...(axes === 0 ? [] : ["run"]),
    ...runParameters(axes, stretchedInputs(form)),
  ];
  return kernel(nameOf(form), parameters, (code, variables, module) => {
    const pass = new RowPass(form, { code, module }, variables);
    const { from, to, length } = variables as Record<string, (typeof variables)["from"]>;
    code.for(from!, to!, 1, (task) => {
      if (!split) return pass.row(task, task, code.let(i32.constant(0)), length!);
      const { piece, pieces } = variables as Record<string, (typeof variables)["from"]>;
      const row = code.let(i32.divUnsigned(task, pieces!));
      const first = code.let(i32.mul(i32.sub(task, i32.mul(row, pieces!)), piece!));
      const end = code.let(i32.add(first, piece!));
      code.when(i32.greater(end, length!), () => code.set(end, length!));
      pass.row(task, row, first, end);
    });
  });
}

function nameOf({ body, results, inputs, axes, split, phases }: RowForm): string {
  const operations = body.map(
    ({ name, attributes, inputs: from, dtype, perRow, phase }) =>
      `${name}(${from.join()})${dtype}${perRow ? " row" : ""}${phase}${name === "cast" ? JSON.stringify(attributes) : ""}`,
  );
  const reads = inputs.map(({ dtype, reading }) => `${reading} ${dtype}`);
  const work = phases.map(({ elements, keeps }) => `${elements.join()}/${keeps.join()}`);
  return `rows ${axes}${split ? " split" : ""} [${reads.join()}] ${operations.join(" ")} -> ${results.join()} in ${work.join(";")}`;
}
