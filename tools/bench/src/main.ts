// Measures Gradloom beside other libraries: `npm run bench`, `npm run bench -- --help`. Ours stays: mitata and tinybench time functions of one
// process; here processes, one of them Python, take turns, and only right results are timed.
import { mkdtempSync, rmSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import path from "node:path";
import { LoadMeter } from "./load-meter.ts";
import { type Bench, measureGroup } from "./measure-group.ts";
import { type BenchOptions, OptionsError, readOptions } from "./options.ts";
import { updatePage } from "./page.ts";
import { type Lineup, lineUp } from "./programs.ts";
import { detailTable, gapList, goalTable, groupTable, participantTable } from "./report.ts";
import { Results } from "./results.ts";
import { asPublished } from "./workload.ts";

try {
  const options = readOptions(process.argv.slice(2));
  if (typeof options === "string") console.log(options);
  else await bench(options);
} catch (error) {
  if (!(error instanceof OptionsError)) throw error;
  console.error(`${error.message}\n\nnpm run bench -- --help lists the options.`);
  process.exitCode = 2;
}

async function bench(options: BenchOptions): Promise<void> {
  const folder = mkdtempSync(path.join(tmpdir(), "gradloom-bench-"));
  try {
    const start = performance.now();
    const { chosen, effort } = options;
    const packed = chosen.some(({ group }) => group.ways?.includes(asPublished));
    const lineup = await lineUp(options.participants, folder, packed);
    const state: Bench = { programs: lineup.present, effort, folder, load: new LoadMeter(), results: new Results() };
    const sections = await measureAll(options, state);
    const section = [
      machine(options, state),
      participantTable(state.programs),
      ...sections,
      closing(options, lineup, state),
    ]
      .filter((text) => text !== "")
      .join("\n\n");
    console.log(`${section}\n\n${secondsSince(start)}`);
    if (options.write) updatePage(new URL("../../../docs/benchmarks.md", import.meta.url), engine(), section);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Measures group by group, telling the details as they come; the tables. */
async function measureAll({ chosen }: BenchOptions, state: Bench): Promise<string[]> {
  const sections: string[] = [];
  for (const { group, rows } of chosen) {
    const start = performance.now();
    await measureGroup(group, rows, state);
    console.log(`${detailTable(group, rows, state.results)}\n${secondsSince(start)}\n`);
    const measured = groupTable(group, rows, state.results, state.programs);
    sections.push(`### ${group.title}\n\n${group.about}\n\n${measured}`);
  }
  return sections;
}

function secondsSince(start: number): string {
  return `${((performance.now() - start) / 1000).toFixed(0)} s`;
}

function engine(): string {
  return `Node ${process.versions.node.split(".")[0]}`;
}

function machine({ effort }: BenchOptions, { load }: Bench): string {
  const { model } = cpus()[0] ?? { model: "unknown processor" };
  const lines = [
    `Node ${process.versions.node}, V8 ${process.versions.v8}, on ${cpus().length} cores of ${model.trim()} (${process.arch}, ${process.platform}).`,
    `${effort.rounds} rounds of ${effort.milliseconds} ms. Meanwhile other programs kept ${load.cores.toFixed(1)} cores busy.`,
  ];
  return lines.join("\n");
}

function closing({ chosen }: BenchOptions, { absent }: Lineup, { results }: Bench): string {
  const goals = goalTable(
    chosen.flatMap(({ group }) => group.goals ?? []),
    results,
  );
  const gaps = gapList(
    results,
    absent.map(({ participant: { title }, reason }) => ({ title, reason })),
  );
  return [
    ...(goals === undefined ? [] : [`### Goals\n\n${goals}`]),
    ...(gaps === "" ? [] : [`### Not measured\n\n${gaps}`]),
  ].join("\n\n");
}
