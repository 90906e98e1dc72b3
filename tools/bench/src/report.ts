import type { PerformanceGoal } from "./performance-goal.ts";
import { reaches } from "./performance-goal.ts";
import type { Program } from "./programs.ts";
import { median, type Result, type Results, timeOf } from "./results.ts";
import type { Group, Row } from "./workload.ts";

/** A table in Markdown, with columns of even width. */
function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((_, column) => Math.max(3, ...[head, ...rows].map((row) => [...row[column]!].length)));
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, at) => padded(cell, widths[at]!, at)).join(" | ")} |`;
  const rule = widths.map((width, at) => (at === 0 ? "-".repeat(width) : `${"-".repeat(width - 1)}:`));
  return [line(head), `| ${rule.join(" | ")} |`, ...rows.map(line)].join("\n");
}

function padded(cell: string, width: number, column: number): string {
  const space = " ".repeat(width - [...cell].length);
  return column === 0 ? cell + space : space + cell;
}

/** A number with three digits that count. */
function short(value: number): string {
  return value >= 1000 ? String(Math.round(value)) : String(Number(value.toPrecision(3)));
}

/** Milliseconds in the unit that suits them. */
function duration(milliseconds: number): string {
  if (milliseconds >= 1000) return `${short(milliseconds / 1000)} s`;
  if (milliseconds >= 0.1) return `${short(milliseconds)} ms`;
  return `${short(milliseconds * 1000)} µs`;
}

/** One group's results: a line for each row, a column for each entry that has one. */
export function groupTable(group: Group, rows: readonly Row[], results: Results, programs: readonly Program[]): string {
  const names = rows.map((row) => `${group.name}/${row.name}`);
  const entries = entriesWithResults(names, results);
  const head = ["", ...entries.map((entry) => titleOf(entry, programs, group))];
  const body = names.map((name, at) => {
    const first = group.participants === undefined ? entries.find((entry) => results.find(name, entry)) : undefined;
    const base = first === undefined ? undefined : results.time(name, first);
    return [rows[at]!.name, ...entries.map((entry) => cell(group, results.find(name, entry), base, entry === first))];
  });
  return entries.length === 0 ? "Nothing was measured." : table(head, body);
}

function entriesWithResults(rows: readonly string[], { results }: Results): string[] {
  return [...new Set(results.filter(({ row }) => rows.includes(row)).map(({ entry }) => entry))];
}

function titleOf(entry: string, programs: readonly Program[], { participants, ways }: Group): string {
  const [name = "", way] = entry.split(/, (.*)/);
  const { title } = programs.find(({ participant }) => participant.name === name)!.participant;
  if (participants !== undefined && ways !== undefined) return way ?? ways[0]!;
  return way === undefined ? title : `${title}, ${way}`;
}

function cell(group: Group, result: Result | undefined, base: number | undefined, isBase: boolean): string {
  if (result === undefined) return "–";
  const time = timeOf(result);
  const speed = result.operations === undefined ? "" : `, ${short(result.operations / time / 1e6)} GFLOP/s`;
  const error = group.tellErrors === true ? `, off by ${result.error.toExponential(0)}` : "";
  const ratio = base === undefined || isBase ? "" : ` (${short(time / base)}×)`;
  return `${duration(time)}${speed}${error}${ratio}`;
}

/** Every result with both of its times: by the clock and of the processor. */
export function detailTable(group: Group, rows: readonly Row[], { results }: Results): string {
  const names = rows.map((row) => `${group.name}/${row.name}`);
  return table(
    ["", "clock", "processor", "rounds", "error"],
    results
      .filter(({ row }) => names.includes(row))
      .map(({ row, entry, samples, error }) => [
        `${row} ${entry}`,
        duration(median(samples.map(({ wall }) => wall))),
        duration(median(samples.map(({ processor }) => processor))),
        String(samples.length),
        error.toExponential(0),
      ]),
  );
}

/** Goals with what was measured; those of which nothing was measured are left out. */
export function goalTable(goals: readonly PerformanceGoal[], results: Results): string | undefined {
  const rows = goals.flatMap((goal) => {
    const figure = goal.measured(results);
    if (figure === undefined) return [];
    const unit = goal.unit === "×" || goal.unit === "" ? goal.unit : ` ${goal.unit}`;
    const shown = goal.unit === "" ? figure.toExponential(0) : short(figure);
    return [[goal.says, `${shown}${unit}`, reaches(goal, figure) ? "yes" : "no"]];
  });
  return rows.length === 0 ? undefined : table(["", "measured", "reached"], rows);
}

/** What took part, with versions and threads. */
export function participantTable(programs: readonly Program[]): string {
  return table(
    ["", "version", "threads"],
    programs.map(({ participant, version, threads }) => [participant.title, version, String(threads)]),
  );
}

/** What could not be measured, and why. */
export function gapList(
  { gaps }: Results,
  absent: readonly { readonly title: string; readonly reason: string }[],
): string {
  const reasons = new Map<string, string[]>();
  for (const { row, entry, reason } of gaps) {
    const what = `${entry}: ${reason}`;
    reasons.set(what, [...(reasons.get(what) ?? []), row]);
  }
  return [
    ...absent.map(({ title, reason }) => `- ${title}: ${reason}`),
    ...[...reasons].map(([what, rows]) => `- ${rows.join(", ")} with ${what}`),
  ].join("\n");
}
