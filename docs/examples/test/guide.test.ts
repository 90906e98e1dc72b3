import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { programsOf, root, run } from "./page-programs.ts";

/** Pages whose programs tell what they print, and the package that sees what they import. */
const pages = {
  "docs/guide.md": "packages/gradloom",
  "docs/kernels.md": "packages/gradloom",
  "packages/core/README.md": "packages/core",
};

for (const [page, folder] of Object.entries(pages)) {
  describe.concurrent(page, () => {
    const programs = programsOf(page);

    test("has programs, each with what it prints", () => {
      expect(programs.length).toBeGreaterThan(0);
      expect(programs.filter(({ printed }) => printed === undefined)).toEqual([]);
    });

    programs.forEach(({ heading, code, printed }, at) =>
      test(`program ${at + 1}, under "${heading}", prints what stands below it`, async () => {
        expect(await run(code, folder)).toBe(printed);
      }),
    );
  });
}

test("the guide's command runs a TypeScript program in docs/examples", () => {
  const [, command] = /^(node .*)$/m.exec(readFileSync(`${root}docs/guide.md`, "utf8"))!;
  const [node, ...given] = command!.split(" ");
  expect([node, given.pop()]).toEqual(["node", "docs/examples/mine.ts"]);
  const folder = mkdtempSync(`${root}docs/examples/mine-`);
  try {
    const [first] = programsOf("docs/guide.md");
    writeFileSync(`${folder}/mine.ts`, `const typed: string = "typed";\n${first!.code}console.log(typed);\n`);
    const printed = execFileSync(process.execPath, [...given, `${folder}/mine.ts`], { cwd: root, encoding: "utf8" });
    expect(printed).toBe(`${first!.printed}typed\n`);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("the guide's links lead to its headings, each once, and to what is there", () => {
  const text = readFileSync(`${root}docs/guide.md`, "utf8");
  const links = [...text.matchAll(/\]\(([^)]+)\)/g)].map(([, link]) => link!);
  const headings = [...text.matchAll(/^## (.+)$/gm)].map(([, title]) => anchorOf(title!));
  expect(links.filter((link) => link.startsWith("#"))).toEqual(headings);
  const files = links.filter((link) => !link.startsWith("#")).map((link) => link.replace(/#.*/, ""));
  expect(files.filter((file) => !existsSync(`${root}docs/${file}`))).toEqual([]);
});

/** What a link to a heading is called. */
function anchorOf(title: string): string {
  return `#${title
    .toLowerCase()
    .replaceAll(/[^\w\s-]/g, "")
    .replaceAll(" ", "-")}`;
}
