import { checkValue, type Rule } from "../errors/options.ts";
import { instanceOf } from "../errors/rules.ts";
import type { Shapes } from "./layer.ts";
import { Model, sizesOf } from "./model.ts";
import { shapesIn } from "./shapes.ts";

const aModel: Rule<Model> = /*#__PURE__*/ instanceOf("a model, such as build(…) or trainer.model gives", Model);

/** A table of a model's layers with their output shapes and parameter counts, and the totals. */
export function summary(model: Model): string {
  checkValue("summary", "what it is given", aModel, model);
  const { layers: rows, input, states } = model;
  const number = (value: number): string => value.toLocaleString("en-US");
  const lines = [
    ["layer", "output", "parameters"],
    ["input", showShapes(input), ""],
    ...rows.map(({ name, depth, output, parameters }) => {
      const [all, frozen] = [sizesOf(parameters), sizesOf(parameters.filter(({ trainable }) => !trainable))];
      const note = frozen > 0 ? ` (${number(frozen)} frozen)` : "";
      return ["  ".repeat(depth) + name, showShapes(output), all === 0 ? "" : number(all) + note];
    }),
  ];
  const widths = [0, 1].map((column) => Math.max(...lines.map((line) => line[column]!.length)));
  const table = lines.map(([layer, output, parameters]) =>
    `${layer!.padEnd(widths[0]!)}  ${output!.padEnd(widths[1]!)}  ${parameters}`.trimEnd(),
  );
  const total = sizesOf(model.parameters);
  const trainable = sizesOf(model.parameters.filter((parameter) => parameter.trainable));
  const kept = sizesOf(states);
  const totals = `${number(total)} parameters, ${number(trainable)} of them train${kept > 0 ? `; ${number(kept)} numbers of state` : ""}`;
  const rule = "-".repeat(Math.max(totals.length, ...table.map((line) => line.length)));
  return [table[0], rule, ...table.slice(1), rule, totals].join("\n");
}

function showShapes(shapes: Shapes): string {
  return shapesIn(shapes)
    .map((shape) => `[${["batch", ...shape].join(", ")}]`)
    .join(" ");
}
