import { type Access, type Group, groupOperation } from "./group.ts";
import { loopOf, type Place, type Program, type Region, type Step } from "./program.ts";

/** A program in words: its slots, one line for each step with places and shapes, what leaves it, and the memory it needs. */
export function printProgram({ slots, steps, results, arenaBytes }: Program): string {
  return [
    ...slots.map(
      ({ kind, shape, dtype }, slot) =>
        `slot ${slot}: ${kind === "number" ? "number" : ""}${kind === "number" ? " " : ""}${dtype} [${shape.join(", ")}]`,
    ),
    ...steps.flatMap((step) => [printStep(step), ...printBody(step)]),
    ...results.map(({ region, slot }) =>
      slot === undefined ? `return ${place(region.place)}` : `slot ${slot} := ${place(region.place)}`,
    ),
    `arena: ${arenaBytes} bytes`,
  ].join("\n");
}

function printStep({ operation, attributes, inputs, outputs }: Step): string {
  const targets = outputs.map((output) => `${place(output.place)} ${spec(output)}`).join(", ");
  if ((operation as unknown) !== groupOperation) {
    return `${targets} = ${operation.name}(${inputs.map((input) => place(input.place)).join(", ")})${details(attributes)}`;
  }
  return `${targets} = ${printGroup(attributes as Group, inputs)}`;
}

/** The group as one nested expression for each result, intermediate results that are used twice by name. */
function printGroup({ body, access, results, length }: Group, inputs: readonly Region[]): string {
  const uses = new Array<number>(body.length).fill(0);
  for (const { inputs: from } of body) for (const reference of from) if (reference < 0) uses[~reference]!++;
  const named: string[] = [];
  const texts: string[] = [];
  body.forEach(({ operation, attributes, inputs: from }, at) => {
    const text = `${operation.name}(${from.map((reference) => (reference < 0 ? texts[~reference]! : read(inputs[reference]!, access[reference]!))).join(", ")})${details(attributes)}`;
    if (uses[at]! > 1 || (uses[at]! > 0 && results.includes(at))) {
      named.push(`t${at} = ${text}`);
      texts.push(`t${at}`);
    } else texts.push(text);
  });
  const rows = body.some(({ perRow }) => perRow) ? `rows of ${length}: ` : "";
  return `{ ${rows}${[...named, results.map((at) => texts[at]!).join(", ")].join("; ")} }`;
}

function read({ place: from }: Region, access: Access): string {
  if (access === "row") return `${place(from)} by rows`;
  return typeof access === "string" ? place(from) : `${place(from)} stretched to [${access.to.join(", ")}]`;
}

function place(at: Place): string {
  if (at.kind === "arena") return `@${at.offset}`;
  if (at.kind === "slot") return `slot ${at.slot}`;
  return at.kind === "constant" ? String(at.value) : `data of ${at.data.length}`;
}

function spec({ shape, dtype }: Region): string {
  return `${dtype} [${shape.join(", ")}]`;
}

/** The program inside a step, indented. */
function printBody(step: Step): readonly string[] {
  const loop = loopOf(step);
  if (loop === undefined) return [];
  return printProgram(loop.body)
    .split("\n")
    .map((line) => `  ${line}`);
}

function details(attributes: object): string {
  const entries = Object.entries(attributes).filter(([name]) => name !== "body");
  if (entries.length === 0) return "";
  return ` { ${entries.map(([name, value]) => `${name}: ${JSON.stringify(value)}`).join(", ")} }`;
}
