import { existsSync, readFileSync, writeFileSync } from "node:fs";

const introduction = `# Benchmarks

<!-- Made by \`npm run bench -- --write\`: a run replaces the section of its engine. -->

Gradloom beside other libraries, on one machine. Every participant gets the same arrays and first weights. Its results are compared with a
float64 reference before anything is timed; who is wrong is not timed. Then each, in a process of its own, takes its turn in every round. A
time is the median of the rounds, by the clock, or of the processor where one thread is used and that is less. In brackets stands the
time over that of the first column. A virtual machine's speed moves by the minute, so the ratios count, not the milliseconds.

\`npm run bench\` measures here, \`npm run bench -- --help\` lists what it can be told. How to add a workload or a library stands in
[tools/bench](../tools/bench/README.md).
`;

/** Puts the section of an engine in the page, in the place of an earlier one with its title. */
export function updatePage(file: URL, title: string, section: string): void {
  const [, ...sections] = existsSync(file) ? readFileSync(file, "utf8").split(/^## /m) : [""];
  const others = sections.map((text) => text.trim()).filter((text) => !text.startsWith(`${title}\n`));
  const all = [...others, `${title}\n\n${section.trim()}`].toSorted((a, b) =>
    a.localeCompare(b, "en", { numeric: true }),
  );
  writeFileSync(file, `${introduction}\n${all.map((text) => `## ${text}\n`).join("\n")}`);
}
