import { checkValue, type Rule } from "../errors/options.ts";
import { instanceOf } from "../errors/rules.ts";
import { sizeOf } from "../tensor/shape.ts";
import type { Shapes } from "./layer.ts";
import { Model } from "./model.ts";
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
    ...rows.map(({ name, depth, output, parameters, trainable }) => [
      "  ".repeat(depth) + name,
      showShapes(output),
      parameters === 0
        ? ""
        : number(parameters) + (trainable < parameters ? ` (${number(parameters - trainable)} frozen)` : ""),
    ]),
  ];
  const widths = [0, 1].map((column) => Math.max(...lines.map((line) => line[column]!.length)));
  const table = lines.map(([layer, output, parameters]) =>
    `${layer!.padEnd(widths[0]!)}  ${output!.padEnd(widths[1]!)}  ${parameters}`.trimEnd(),
  );
  const total = rows[0]?.parameters ?? 0;
  const trainable = rows[0]?.trainable ?? 0;
  const kept = states.reduce((sum, { variable }) => sum + sizeOf(variable.shape), 0);
  const totals = `${number(total)} parameters, ${number(trainable)} of them train${kept > 0 ? `; ${number(kept)} numbers of state` : ""}`;
  const rule = "-".repeat(Math.max(totals.length, ...table.map((line) => line.length)));
  return [table[0], rule, ...table.slice(1), rule, totals].join("\n");
}

function showShapes(shapes: Shapes): string {
  return shapesIn(shapes)
    .map((shape) => `[${["batch", ...shape].join(", ")}]`)
    .join(" ");
}
