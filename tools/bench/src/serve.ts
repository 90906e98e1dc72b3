// What runs in a participant's process: makes the cases it is asked for, and times batches of runs. peers/pytorch.py does the same in Python.
import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";
import type { Case, Library, LibraryModule, Parameters } from "./case.ts";
import { type CaseRequest, readArrays, type Reply, type Request, storeOutputs, type Timing } from "./protocol.ts";

/** At least this many runs before anything is timed, unless they take too long. */
const fewestWarmRuns = 3;

let library: Library | undefined;
let ready: Case | undefined;
let runMilliseconds = 0;

for await (const line of createInterface({ input: process.stdin })) {
  let reply: Reply;
  try {
    reply = await answer(JSON.parse(line) as Request);
  } catch (error) {
    reply = { is: "failed", message: error instanceof Error ? error.message : String(error) };
  }
  process.stdout.write(`${JSON.stringify(reply)}\n`);
}

async function answer(request: Request): Promise<Reply> {
  if (request.do === "open") {
    library = await open(request.module, request.options);
    return { is: "opened", version: library.version, threads: library.threads };
  }
  if (request.do === "prepare") {
    ready = await make(library!, request.case, readArrays(request.case.inputs));
    if (ready === undefined) return { is: "missing" };
    return { is: "prepared", outputs: storeOutputs(request.outputFile, await ready.outputs()), per: ready.per ?? 1 };
  }
  if (request.do === "first") return firstRun(request.module, request.options, request.case);
  return { is: "timed", timing: await (request.do === "warm" ? warm : measure)(request.milliseconds) };
}

async function open(module: string, options: Parameters): Promise<Library> {
  return ((await import(pathToFileURL(module).href)) as LibraryModule).open(options);
}

async function make(
  { makers }: Library,
  { workload, parameters, way }: CaseRequest,
  arrays: ReturnType<typeof readArrays>,
): Promise<Case | undefined> {
  return makers[workload]?.(parameters, arrays, way);
}

/** From before the library is loaded to the end of the first run. */
async function firstRun(module: string, options: Parameters, request: CaseRequest): Promise<Reply> {
  const arrays = readArrays(request.inputs);
  let found = true;
  const timing = await timed(1, async () => {
    const made = await make(await open(module, options), request, arrays);
    found = made !== undefined;
    await made?.run();
    await made?.finish?.();
  });
  return found ? { is: "timed", timing } : { is: "missing" };
}

async function warm(milliseconds: number): Promise<Timing> {
  const start = performance.now();
  let runs = 0;
  let last: Timing;
  do {
    last = await batch(1);
    runs++;
  } while (performance.now() - start < milliseconds * (runs < fewestWarmRuns ? 3 : 1));
  runMilliseconds = last.wall;
  return { ...last, runs };
}

/** As many runs as fit in the time, at least one. */
async function measure(milliseconds: number): Promise<Timing> {
  const timing = await batch(Math.max(1, Math.round(milliseconds / Math.max(runMilliseconds, 1e-4))));
  runMilliseconds = timing.wall / timing.runs;
  return timing;
}

function batch(runs: number): Promise<Timing> {
  const { run, finish } = ready!;
  return timed(runs, async () => {
    for (let at = 0; at < runs; at++) {
      const running = run();
      if (running instanceof Promise) await running;
    }
    await finish?.();
  });
}

async function timed(runs: number, work: () => Promise<void>): Promise<Timing> {
  const processor = process.cpuUsage();
  const start = performance.now();
  await work();
  const wall = performance.now() - start;
  const { user, system } = process.cpuUsage(processor);
  return { runs, wall, processor: (user + system) / 1000 };
}
