import { parseArgs } from "node:util";
import { groups } from "./groups.ts";
import type { Effort } from "./measure-group.ts";
import { isPeer, type Participant, participants } from "./participants.ts";
import type { Group, Row } from "./workload.ts";

/** What the command line asks for. */
export interface BenchOptions {
  readonly chosen: readonly { readonly group: Group; readonly rows: readonly Row[] }[];
  readonly participants: readonly Participant[];
  readonly effort: Effort;
  /** Whether the page in docs takes the results. */
  readonly write: boolean;
}

/** A command line that cannot be followed. */
export class OptionsError extends Error {}

const table = {
  only: {
    type: "string",
    multiple: true,
    short: "o",
    argument: "NAMES",
    says: "groups or group/row, as in mlp,matmul/512",
  },
  peers: {
    type: "string",
    multiple: true,
    short: "p",
    argument: "NAMES",
    says: "which peers take part; none for none",
  },
  backends: { type: "string", multiple: true, short: "b", argument: "NAMES", says: "which of our backends take part" },
  rounds: { type: "string", short: "r", default: "7", argument: "COUNT", says: "how often everyone takes a turn" },
  milliseconds: { type: "string", short: "m", default: "40", argument: "TIME", says: "how long one turn lasts" },
  write: { type: "boolean", short: "w", default: false, says: "puts the results into docs/benchmarks.md" },
  help: { type: "boolean", short: "h", default: false, says: "this text" },
} as const;

/** Reads the options; the help text if that is asked for. */
export function readOptions(given: readonly string[]): BenchOptions | string {
  const values = parsed(given);
  if (values.help) return helpText();
  return {
    chosen: chosenRows(listed(values.only)),
    participants: chosenParticipants(listed(values.backends), listed(values.peers)),
    effort: {
      rounds: positive("rounds", values.rounds),
      milliseconds: positive("milliseconds", values.milliseconds),
      warmMilliseconds: 6 * positive("milliseconds", values.milliseconds),
    },
    write: values.write,
  };
}

function parsed(given: readonly string[]) {
  try {
    return parseArgs({ args: [...given], options: table }).values;
  } catch (error) {
    throw new OptionsError(error instanceof Error ? error.message : String(error));
  }
}

function listed(values: readonly string[] | undefined): readonly string[] | undefined {
  return values?.flatMap((value) => value.split(",")).map((name) => name.trim());
}

function chosenRows(only: readonly string[] | undefined): BenchOptions["chosen"] {
  const known = groups.flatMap(({ name, rows }) => [name, ...rows.map((row) => `${name}/${row.name}`)]);
  refuseUnknown("only", only, known);
  return groups
    .map((group) => ({
      group,
      rows: group.rows.filter(
        (row) => only === undefined || only.includes(group.name) || only.includes(`${group.name}/${row.name}`),
      ),
    }))
    .filter(({ rows }) => rows.length > 0);
}

function chosenParticipants(
  backends: readonly string[] | undefined,
  peers: readonly string[] | undefined,
): readonly Participant[] {
  const named = (wanted: readonly string[] | undefined, name: string) => wanted === undefined || wanted.includes(name);
  const namesOf = (all: readonly Participant[]) => ["none", ...all.map(({ name }) => name)];
  refuseUnknown("peers", peers, namesOf(participants.filter(isPeer)));
  refuseUnknown("backends", backends, namesOf(participants.filter(({ backend }) => backend !== undefined)));
  return participants.filter((participant) => {
    if (participant.program !== undefined) return true;
    return named(isPeer(participant) ? peers : backends, participant.name);
  });
}

function refuseUnknown(option: string, given: readonly string[] | undefined, known: readonly string[]): void {
  const unknown = given?.find((name) => !known.includes(name));
  if (unknown !== undefined) throw new OptionsError(`--${option}: no "${unknown}"; there are ${known.join(", ")}`);
}

function positive(option: string, text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value > 0) return value;
  throw new OptionsError(`--${option} is "${text}"; it must be a whole number of 1 or more`);
}

function helpText(): string {
  const lines = Object.entries(table).map(([name, option]) => {
    const value = "argument" in option ? ` ${option.argument}` : "";
    const standard = "default" in option && option.default !== false ? ` (${option.default})` : "";
    return `  -${option.short}, ${`--${name}${value}`.padEnd(22)} ${option.says}${standard}`;
  });
  return [
    "npm run bench -- [options]    measures Gradloom beside other libraries",
    "",
    ...lines,
    "",
    ...groups.map(({ name, title, rows }) => `  ${name.padEnd(12)}${title}: ${rows.map((row) => row.name).join(", ")}`),
  ].join("\n");
}
