// Writes docs/errors.md: every error code of the packages with the messages that carry it, read from the sources, and what the sources
// say before an error in comments that begin with `// Why:`: how one comes to it and what to do, where the message has no room for that.
// Ours stays: documentation tools read what is exported, not what is thrown.
// `--check` writes nothing and fails when the page is not what the sources say.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { parseSync } from "vite";

const root = fileURLToPath(new URL("..", import.meta.url));
const page = path.join(root, "docs/errors.md");

/** Code -> message -> the packages that throw it, and what is said of the code. */
const codes = new Map();
for (const folder of readdirSync(path.join(root, "packages")).toSorted(compareText)) {
  const source = path.join(root, "packages", folder, "src");
  for (const file of readdirSync(source, { recursive: true }).filter((name) => name.endsWith(".ts"))) {
    const code = readFileSync(path.join(source, file), "utf8");
    const { program, comments } = parseSync(file, code);
    const reasons = reasonsOf(comments, code);
    visit(program, ({ type, start, callee, arguments: given }) => {
      if (type !== "NewExpression" || callee.name !== "GradloomError" || given[0].type !== "Literal") return;
      const { messages, why } = codes.get(given[0].value) ?? { messages: new Map(), why: [] };
      codes.set(given[0].value, { messages, why });
      const message = textOf(given[1]);
      messages.set(message, new Set([...(messages.get(message) ?? []), folder]));
      const before = reasons.findIndex(({ end }) => end < start && !/[;{}]/.test(code.slice(end, start)));
      if (before >= 0) why.push(...reasons.splice(before, 1).map(({ text }) => text));
    });
    for (const { text } of reasons) throw new Error(`${folder}/src/${file}: no error follows "Why: ${text}"`);
  }
}

const text = render();
if (!process.argv.includes("--check")) writeFileSync(page, text);
else if (readFileSync(page, "utf8") !== text) {
  console.error("docs/errors.md is not what the sources say; run node tools/errors-page.mjs");
  process.exitCode = 1;
}

function compareText(a, b) {
  return a < b ? -1 : 1;
}

function visit(node, look) {
  if (node === null || typeof node !== "object") return;
  if (typeof node.type === "string") look(node);
  for (const child of Object.values(node)) visit(child, look);
}

/** The comments that begin with "Why:", each with the lines that follow it, and where it ends. */
function reasonsOf(comments, code) {
  const reasons = [];
  let previous;
  for (const { type, value, start, end } of comments) {
    const first = /^ Why: (.*)$/.exec(value);
    if (type === "Line" && first !== null) reasons.push((previous = { text: first[1], end }));
    else if (type === "Line" && previous !== undefined && code.slice(previous.end, start).trim() === "") {
      previous.text += value;
      previous.end = end;
    } else previous = undefined;
  }
  return reasons;
}

/** The words of a message, with … for what is filled in. */
function textOf(node) {
  if (node?.type === "Literal") return String(node.value);
  if (node?.type === "TemplateLiteral") return node.quasis.map(({ value }) => value.cooked).join("…");
  if (node?.type === "BinaryExpression") return textOf(node.left) + textOf(node.right);
  return "…";
}

function render() {
  const intro = [
    "# Errors",
    "",
    "What core and the packages built on it refuse, they refuse with a `GradloomError`. Its `code` is stable and stands here; its",
    "`message` says which operation, what meets what, which rule that breaks and what to do, and ends with the path of the layer where",
    "it happened. In the messages below, `…` is filled in; where they have no room for the cause and the remedy, these follow.",
    "",
    "<!-- Made by tools/errors-page.mjs from the sources. -->",
  ];
  const sections = [...codes]
    .toSorted(([a], [b]) => compareText(a, b))
    .map(([code, { messages, why }]) => {
      const lines = [...messages].toSorted(([a], [b]) => compareText(a, b));
      return [
        "",
        `## ${code}`,
        "",
        ...lines.map(([message, folders]) => `- ${[...folders].join(", ")}: \`${message}\``),
        ...why.flatMap((text) => ["", text]),
      ];
    });
  return `${[...intro, ...sections.flat()].join("\n")}\n`;
}
