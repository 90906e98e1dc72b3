import path from "node:path";
import type { Outputs } from "./case.ts";
import type { LoadMeter } from "./load-meter.ts";
import { ParticipantProcess } from "./participant-process.ts";
import type { Program } from "./programs.ts";
import { type CaseRequest, readArrays, type Reply, storeArrays, type StoredArrays, type Timing } from "./protocol.ts";
import type { Result, Results } from "./results.ts";
import { asPublished, type Group, type Row } from "./workload.ts";

/** How long and how often to measure. */
export interface Effort {
  readonly rounds: number;
  /** Of one batch of runs. */
  readonly milliseconds: number;
  readonly warmMilliseconds: number;
}

/** An entry that was measured for so long has fewer rounds, but two at least. */
const enough = 1500;
const fewestRounds = 2;

/** What takes turns: a participant, used in one way. */
interface Entry {
  readonly name: string;
  readonly way: string;
  readonly program: Program;
}

/** What is measured: the meter, where files go, where results go. */
export interface Bench {
  readonly programs: readonly Program[];
  readonly effort: Effort;
  readonly folder: string;
  readonly load: LoadMeter;
  readonly results: Results;
}

/** Checks and measures rows of a group: every participant in a process of its own, which take turns. */
export async function measureGroup(group: Group, rows: readonly Row[], bench: Bench): Promise<void> {
  const entries = entriesOf(group, bench.programs);
  if (group.firstRunOf !== undefined) {
    for (const row of rows) await measureFirstRuns(group, row, entries, bench);
    return;
  }
  const open = await Promise.all(entries.map((entry) => openEntry(entry)));
  try {
    for (const row of rows) await measureRow(group, row, open, bench);
  } finally {
    for (const { child } of open) child.close();
  }
}

function entriesOf({ participants, ways = [""] }: Group, programs: readonly Program[]): Entry[] {
  return programs
    .filter(({ participant: { name, program } }) => participants?.includes(name) ?? program === undefined)
    .flatMap((program) => {
      const { name, backend } = program.participant;
      if (backend === undefined) return [{ name, way: "", program }];
      return ways.map((way, at) => ({ name: at === 0 ? name : `${name}, ${way}`, way, program }));
    });
}

interface OpenEntry extends Entry {
  readonly child: ParticipantProcess;
}

async function openEntry(entry: Entry): Promise<OpenEntry> {
  const { command, module, options } = entry.program;
  const child = new ParticipantProcess(command);
  await child.ask({ do: "open", module, options });
  return { ...entry, child };
}

/** An entry whose results were right, with what was measured so far. */
interface Runner {
  readonly entry: OpenEntry;
  readonly error: number;
  readonly per: number;
  readonly timings: Timing[];
}

async function measureRow(group: Group, row: Row, entries: readonly OpenEntry[], bench: Bench): Promise<void> {
  const { effort, folder, load, results } = bench;
  const name = `${group.name}/${row.name}`;
  const inputs = row.inputs();
  const errorOf = row.check(inputs);
  const runners: Runner[] = [];
  const request = requestFor(group, row, storeArrays(path.join(folder, "inputs"), inputs));
  for (const entry of entries) {
    const runner = await prepare({ ...request, way: entry.way }, entry, group.tolerance, errorOf, folder);
    if (typeof runner === "string") results.gaps.push({ row: name, entry: entry.name, reason: runner });
    else runners.push(runner);
  }
  for (const { entry } of runners) await entry.child.ask({ do: "warm", milliseconds: effort.warmMilliseconds });
  for (let round = 0; round < effort.rounds; round++) {
    for (let turn = 0; turn < runners.length; turn++) {
      const runner = runners[(round + turn) % runners.length]!;
      if (hasEnough(runner)) continue;
      const timing = await takeTurn(runner, effort.milliseconds, load);
      if (timing !== undefined) runner.timings.push(timing);
    }
  }
  for (const runner of runners) record(name, row, runner, results);
}

/** Makes the case and compares its results; why not, if it cannot or they are wrong. */
async function prepare(
  request: CaseRequest,
  entry: OpenEntry,
  tolerance: number,
  errorOf: (outputs: Outputs) => number,
  folder: string,
): Promise<Runner | string> {
  const reply = await entry.child.ask({ do: "prepare", case: request, outputFile: path.join(folder, "outputs") });
  if (reply.is !== "prepared") return reasonOf(reply);
  const outputs = Object.entries(readArrays(reply.outputs)).map(([name, { data }]) => [name, data] as const);
  const error = errorOf(Object.fromEntries(outputs));
  if (!(error <= tolerance)) return `its result is wrong: off by ${error.toPrecision(2)}`;
  return { entry, error, per: reply.per, timings: [] };
}

/** What all entries are asked for, each in its way. */
function requestFor(group: Group, row: Row, inputs: StoredArrays): Omit<CaseRequest, "way"> {
  return { workload: group.firstRunOf ?? group.name, parameters: row.parameters ?? {}, inputs };
}

function reasonOf(reply: Reply): string {
  if (reply.is === "failed") return reply.message;
  return "it does not offer it";
}

function hasEnough({ timings }: Runner): boolean {
  const spent = timings.reduce((sum, { wall }) => sum + wall, 0);
  return timings.length >= fewestRounds && spent > enough;
}

function takeTurn({ entry: { child } }: Runner, milliseconds: number, load: LoadMeter): Promise<Timing | undefined> {
  return load.beside(async () => {
    const reply = await child.ask({ do: "measure", milliseconds });
    const result = reply.is === "timed" ? reply.timing : undefined;
    return { result, processor: result?.processor ?? 0 };
  });
}

function record(row: string, { operations }: Row, { entry, error, per, timings }: Runner, results: Results): void {
  if (timings.length === 0) {
    results.gaps.push({ row, entry: entry.name, reason: "it failed while it was measured" });
    return;
  }
  const samples = timings.map(({ runs, wall, processor }) => ({
    wall: wall / runs / per,
    processor: processor / runs / per,
  }));
  results.results.push({ row, entry: entry.name, threads: entry.program.threads, error, samples, operations });
}

/** Every sample is the first run in a fresh process. */
async function measureFirstRuns(group: Group, row: Row, entries: readonly Entry[], bench: Bench): Promise<void> {
  const { effort, folder, results } = bench;
  const name = `${group.name}/${row.name}`;
  const request = requestFor(group, row, storeArrays(path.join(folder, "inputs"), row.inputs()));
  const samples = new Map<Entry, Result["samples"][number][]>();
  for (let round = 0; round < effort.rounds; round++) {
    for (const entry of entries) {
      const { command, options, published } = entry.program;
      const module = entry.way === asPublished && published !== undefined ? published : entry.program.module;
      const child = new ParticipantProcess(command);
      const reply = await child.ask({ do: "first", module, options, case: { ...request, way: entry.way } });
      child.close();
      if (reply.is === "timed") samples.set(entry, [...(samples.get(entry) ?? []), reply.timing]);
      else if (round === 0) results.gaps.push({ row: name, entry: entry.name, reason: reasonOf(reply) });
    }
  }
  for (const [entry, measured] of samples) {
    const { threads } = entry.program;
    results.results.push({ row: name, entry: entry.name, threads, error: 0, samples: measured, operations: undefined });
  }
}
