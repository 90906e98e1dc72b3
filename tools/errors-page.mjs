// Writes docs/errors.md: every error code of the packages with the messages that carry it, read from the sources.
// `--check` writes nothing and fails when the page is not what the sources say.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { parseSync } from "vite";

const root = fileURLToPath(new URL("..", import.meta.url));
const page = path.join(root, "docs/errors.md");

/** Code -> message -> the packages that throw it. */
const codes = new Map();
for (const folder of readdirSync(path.join(root, "packages")).toSorted(compareText)) {
  const source = path.join(root, "packages", folder, "src");
  for (const file of readdirSync(source, { recursive: true }).filter((name) => name.endsWith(".ts"))) {
    const { program } = parseSync(file, readFileSync(path.join(source, file), "utf8"));
    visit(program, ({ type, callee, arguments: given }) => {
      if (type !== "NewExpression" || callee.name !== "GradloomError" || given[0].type !== "Literal") return;
      const messages = codes.get(given[0].value) ?? new Map();
      codes.set(given[0].value, messages);
      const message = textOf(given[1]);
      messages.set(message, new Set([...(messages.get(message) ?? []), folder]));
    });
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
    "it happened. In the messages below, `…` is filled in.",
    "",
    "<!-- Made by tools/errors-page.mjs from the sources. -->",
  ];
  const sections = [...codes]
    .toSorted(([a], [b]) => compareText(a, b))
    .map(([code, messages]) => {
      const lines = [...messages].toSorted(([a], [b]) => compareText(a, b));
      return [
        "",
        `## ${code}`,
        "",
        ...lines.map(([message, folders]) => `- ${[...folders].join(", ")}: \`${message}\``),
      ];
    });
  return `${[...intro, ...sections.flat()].join("\n")}\n`;
}
