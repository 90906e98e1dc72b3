import { existsSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import type { BuildOptions } from "esbuild";
import { bundle, fromSources } from "../../bundle.ts";
import type { Parameters } from "./case.ts";
import { installPackages } from "./install-packages.ts";
import { ParticipantProcess } from "./participant-process.ts";
import type { Participant } from "./participants.ts";
import type { Reply } from "./protocol.ts";

const packages = fileURLToPath(new URL("../../../packages", import.meta.url));
const peers = fileURLToPath(new URL("../peers", import.meta.url));
/** What runs in every process, and our own library. */
const serving = fileURLToPath(new URL("./serve.ts", import.meta.url));
const ownLibrary = fileURLToPath(new URL("./gradloom.ts", import.meta.url));
const allGroups = fileURLToPath(new URL("./groups.ts", import.meta.url));
const startedGroup = fileURLToPath(new URL("./workloads/mlp.ts", import.meta.url));
/** Where Debian's packages for Python are found, whichever `python3` comes first. */
const pythons = ["python3", "/usr/bin/python3"];

/** How to start and open a participant. */
export interface Program {
  readonly participant: Participant;
  readonly command: readonly string[];
  readonly module: string;
  /** The same on our packages as they are published, where they are measured. */
  readonly published?: string | undefined;
  readonly options: Parameters;
  readonly version: string;
  readonly threads: number;
}

/** The participants that can be started here, and why others cannot. */
export interface Lineup {
  readonly present: readonly Program[];
  readonly absent: readonly { readonly participant: Participant; readonly reason: string }[];
}

/** Bundles what is ours into `folder`, beside our packages as they are published if `packed`, and tries who is there. */
export async function lineUp(wanted: readonly Participant[], folder: string, packed = false): Promise<Lineup> {
  if (packed) installPackages(folder);
  await writePrograms(wanted, folder, packed);
  const tried = await Promise.all(wanted.map((participant) => tryToOpen(participant, folder, packed)));
  return {
    present: tried.filter((one) => "command" in one),
    absent: tried.filter((one) => "reason" in one),
  };
}

/** Our TypeScript in one file for each participant, so that no process spends time on types or on finding modules. */
async function writePrograms(wanted: readonly Participant[], folder: string, packed: boolean): Promise<void> {
  const write = async (file: string, options: BuildOptions) =>
    writeFileSync(file, await bundle({ platform: "node", ...options }));
  for (const file of [serving, ...wanted.flatMap(({ program }) => (program ? fileURLToPath(program) : []))])
    await write(moduleOf(file, folder), { ...fromSources, entryPoints: [file] });
  for (const { name, backend } of wanted) {
    if (backend === undefined || !existsSync(backendFile(backend))) continue;
    const stdin = (contents: string) => ({ contents, resolveDir: folder });
    const all = `import { groups } from ${JSON.stringify(allGroups)};`;
    const sources = stdin(programOf(backend, backendFile(backend), all));
    await write(path.join(folder, `${name}.mjs`), { ...fromSources, stdin: sources });
    if (!packed) continue;
    const one = `import { mlp } from ${JSON.stringify(startedGroup)}; const groups = [mlp];`;
    const published = stdin(programOf(backend, "gradloom", one));
    await write(packedFile(name, folder), { external: ["gradloom", "@gradloom/*"], stdin: published });
  }
}

function moduleOf(file: string, folder: string): string {
  return path.join(folder, `${path.basename(file, ".ts")}.mjs`);
}

function packedFile(name: string, folder: string): string {
  return path.join(folder, `${name}-packed.mjs`);
}

/** What opens our library on a backend. One that warns, as when it has to give up an experiment, does not take part. */
function programOf(backend: NonNullable<Participant["backend"]>, from: string, groups: string): string {
  const { factory, experiments = [] } = backend;
  const options = experiments.length === 0 ? "options" : `{ ...options, experiments: [${experiments.join(", ")}] }`;
  return [
    `import { ${[factory, ...experiments].join(", ")} } from ${JSON.stringify(from)};`,
    `import { library } from ${JSON.stringify(ownLibrary)};`,
    groups,
    `export async function open(options) {`,
    `  console.warn = (message) => {`,
    `    throw new Error(message);`,
    `  };`,
    `  return library(await ${factory}(${options}), groups);`,
    `}`,
  ].join("\n");
}

function backendFile(backend: NonNullable<Participant["backend"]>): string {
  return path.join(packages, backend.package, "src/index.ts");
}

async function tryToOpen(
  participant: Participant,
  folder: string,
  packed: boolean,
): Promise<Program | Lineup["absent"][number]> {
  const { backend, options = {} } = participant;
  if (backend !== undefined && !existsSync(backendFile(backend)))
    return { participant, reason: `packages/${backend.package} is not there yet` };
  let reason = "it cannot be started";
  for (const command of commandsFor(participant, folder)) {
    const module = moduleFor(participant, folder);
    const child = new ParticipantProcess(command);
    const reply: Reply = await child.ask({ do: "open", module, options });
    child.close();
    if (reply.is === "opened") {
      const { version, threads } = reply;
      const published = packed && backend !== undefined ? packedFile(participant.name, folder) : undefined;
      return { participant, command, module, published, options, version, threads };
    }
    if (reply.is === "failed") reason = reply.message;
  }
  return { participant, reason };
}

function commandsFor({ peer }: Participant, folder: string): readonly (readonly string[])[] {
  if (peer?.endsWith(".py") === true) return pythons.map((python) => [python, path.join(peers, peer)]);
  return [[process.execPath, moduleOf(serving, folder)]];
}

function moduleFor({ name, peer, program }: Participant, folder: string): string {
  if (peer !== undefined) return path.join(peers, peer);
  return program === undefined ? path.join(folder, `${name}.mjs`) : moduleOf(program.pathname, folder);
}
