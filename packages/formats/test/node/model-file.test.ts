import { spawn, spawnSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { cpu } from "@gradloom/backend-cpu";
import { build, GradloomError, type Model, sequential, useBackend } from "@gradloom/core";
import { saveModel, saveWeights } from "@gradloom/formats";
import { loadModelFile, loadWeightsFile, saveModelFile, saveWeightsFile } from "@gradloom/formats/node";
import { dense, denseLayers } from "@gradloom/layers-dense";
import { buildSync } from "esbuild";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { fileOf } from "../file-of.ts";
import { large } from "./large.ts";

// In memory where that can be: there a save is mostly the writing, so that kills meet it.
const top = mkdtempSync(join(existsSync("/dev/shm") ? "/dev/shm" : tmpdir(), "gradloom-node-"));
const script = join(top, "save-in-process.mjs");
const plugins = [denseLayers];
let [folder, path] = ["", ""];
let folders = 0;

beforeAll(() => {
  useBackend(cpu());
  buildSync({
    entryPoints: [fileURLToPath(new URL("save-in-process.ts", import.meta.url))],
    bundle: true,
    platform: "node",
    format: "esm",
    conditions: ["@gradloom/source"],
    outfile: script,
  });
});
beforeEach(() => {
  folder = join(top, `${folders++}`);
  mkdirSync(folder);
  path = join(folder, "model.safetensors");
});
afterAll(() => rmSync(top, { recursive: true }));

function small(seed = 1, units = 2): Model {
  return build(sequential(dense({ units })), { input: [2], seed });
}

test("a model goes to a path and back", async () => {
  await saveModelFile(path, small());
  expect(readFileSync(path).equals(await saveModel(small()))).toBe(true);
  expect(await saveModel(await loadModelFile(path, { plugins }))).toEqual(await saveModel(small()));
  await saveModelFile(pathToFileURL(path), small(2));
  expect(await saveModel(await loadModelFile(pathToFileURL(path), { plugins }))).toEqual(await saveModel(small(2)));
  expect(readdirSync(folder)).toEqual(["model.safetensors"]);
});

test("weights go to a path and back", async () => {
  await saveWeightsFile(path, small(1));
  const other = small(2);
  await loadWeightsFile(path, other);
  expect(await saveWeights(other)).toEqual(await saveWeights(small(1)));
});

test("a file keeps its permissions and the links to it", async () => {
  writeFileSync(path, "earlier");
  chmodSync(path, 0o640);
  const link = join(folder, "link");
  symlinkSync(path, link);
  await saveModelFile(link, small());
  expect(statSync(path).mode & 0o777).toBe(0o640);
  expect(readFileSync(path).equals(await saveModel(small()))).toBe(true);
  expect(readdirSync(folder).toSorted()).toEqual(["link", "model.safetensors"]);
});

test("saves of one path at the same time leave one of them whole", async () => {
  await Promise.all([1, 2, 3, 4].map((seed) => saveModelFile(path, large(seed))));
  const saved = readFileSync(path);
  const each = await Promise.all([1, 2, 3, 4].map((seed) => saveModel(large(seed))));
  expect(each.filter((bytes) => saved.equals(bytes)).length).toBe(1);
  expect(readdirSync(folder)).toEqual(["model.safetensors"]);
});

test("who reads while a model is saved meets a whole file", async () => {
  const each = [await saveModel(large(1)), await saveModel(large(2))];
  await saveModelFile(path, large(1));
  let reads = 0;
  for (const seed of [2, 1, 2]) {
    let saving = true;
    const saved = saveModelFile(path, large(seed)).finally(() => (saving = false));
    while (saving) {
      const met = readFileSync(path);
      expect(each.some((bytes) => met.equals(bytes))).toBe(true);
      reads++;
      await new Promise((resolve) => setImmediate(resolve));
    }
    await saved;
  }
  expect(reads).toBeGreaterThan(10);
});

test("a process that is killed at any moment leaves a whole file, and the next save clears what it left beside it", async () => {
  const kills = process.env["GRADLOOM_DEEP"] === undefined ? 10 : 60;
  const each = [await saveModel(large(1)), await saveModel(large(2))];
  for (let kill = 0; kill < kills; kill++) {
    await killedWhileSaving((kill * 37) % 29);
    const saved = readFileSync(path);
    expect(each.some((bytes) => saved.equals(bytes))).toBe(true);
    await loadModelFile(path, { plugins });
  }
  const left = readdirSync(folder).filter((name) => name !== "model.safetensors");
  for (const name of left) utimesSync(join(folder, name), 0, 0);
  await saveModelFile(path, large(1));
  expect(readdirSync(folder)).toEqual(["model.safetensors"]);
}, 600_000);

/** Ends once a process that saves in a loop was killed, some milliseconds after it had saved twice. */
function killedWhileSaving(milliseconds: number): Promise<void> {
  const child = spawn(process.execPath, [script, "loop", path], { stdio: ["ignore", "pipe", "inherit"] });
  child.stdout.once("data", () => setTimeout(() => child.kill("SIGKILL"), milliseconds));
  return new Promise((ended) => child.once("close", () => ended()));
}

test("what was left beside a file is removed once no living process can write it", async () => {
  const left = (process: number): string => {
    const file = join(folder, `.gradloom-${process}-00000000-0000-4000-8000-000000000000.tmp`);
    writeFileSync(file, "half");
    return file;
  };
  const dead = spawnSync(process.execPath, ["-e", ""]).pid;
  const [abandoned, living] = [left(dead), left(process.ppid)];
  await saveModelFile(path, small());
  expect(readdirSync(folder).length).toBe(3);
  for (const file of [abandoned, living]) utimesSync(file, 0, 0);
  const earlier = left(process.pid);
  utimesSync(earlier, 0, 0);
  await saveModelFile(path, small());
  expect(
    readdirSync(folder)
      .map((name) => join(folder, name))
      .toSorted(),
  ).toEqual([living, path].toSorted());
});

describe("what cannot be written is told in words, and the earlier file stays", () => {
  const saved = async (to: string): Promise<string> => messageOf(saveModelFile(to, small()));

  test("a disk that is full", async () => {
    await saveModelFile(path, small());
    const limited = spawnSync("sh", ["-c", 'ulimit -f 64; exec "$0" "$@"', process.execPath, script, "once", path]);
    expect(String(limited.stderr)).toBe("");
    expect(String(limited.stdout)).toBe(
      `saveModelFile: ${shown(path)} cannot be written: it is larger than files may be here (EFBIG); raise that limit or give another path\n`,
    );
    expect(readFileSync(path).equals(await saveModel(small()))).toBe(true);
    expect(readdirSync(folder)).toEqual(["model.safetensors"]);
  });

  test("a folder without permission", () => {
    chmodSync(top, 0o755);
    chmodSync(folder, 0o555);
    const result = spawnSync(process.execPath, [script, "nobody", path], { encoding: "utf8" });
    expect(result.stdout).toBe(
      `saveModelFile: ${shown(path)} cannot be written: this process has no permission (EACCES); change that of the file and its folder, or give another path\n`,
    );
    expect(readdirSync(folder)).toEqual([]);
  });

  test("a file without permission", async () => {
    chmodSync(top, 0o755);
    chmodSync(folder, 0o777);
    await saveModelFile(path, small());
    chmodSync(path, 0o444);
    const result = spawnSync(process.execPath, [script, "nobody", path], { encoding: "utf8" });
    expect(result.stdout).toContain("cannot be written: this process has no permission (EACCES)");
    expect(readFileSync(path).equals(await saveModel(small()))).toBe(true);
  });

  test("a folder, no folder, a file as folder, no file, a long name", async () => {
    writeFileSync(join(folder, "file"), "");
    const cannot = (to: string, why: string): string => `saveModelFile: ${shown(to)} cannot be written: ${why}`;
    expect(await saved(folder)).toBe(cannot(folder, "it is a folder (EISDIR); give the path of a file in it"));
    expect(await saved(`${path}/`)).toBe(cannot(`${path}/`, "it is a folder (EISDIR); give the path of a file in it"));
    const none = join(folder, "none", "model");
    const noFolder = "no file or folder is there (ENOENT); check the path, and make the folder first";
    expect(await saved(none)).toBe(cannot(none, noFolder));
    const below = join(folder, "file", "model");
    expect(await saved(below)).toBe(cannot(below, "a part of the path is no folder (ENOTDIR); check the path"));
    expect(await saved("/dev/null")).toBe(
      cannot("/dev/null", "it is no regular file (not a file); give the path of one"),
    );
    const long = join(folder, "n".repeat(300));
    expect(await saved(long)).toBe(cannot(long, "the name is too long for the disk (ENAMETOOLONG); shorten it"));
    expect(readdirSync(folder)).toEqual(["file"]);
  });

  test("what is no path", async () => {
    const no = (given: unknown): Promise<string> => saved(given as string);
    const rule = "it must be a string, or a URL that begins with file:";
    expect(await no(undefined)).toBe(`saveModelFile: the path is undefined; ${rule}`);
    expect(await no("")).toBe(`saveModelFile: the path is ""; ${rule}`);
    expect(await no("a\0b")).toBe(String.raw`saveModelFile: the path is "a\u0000b"; ${rule}`);
    expect(await no(new URL("https://x.example/m"))).toBe(`saveModelFile: the path is "https://x.example/m"; ${rule}`);
    expect(await messageOf(saveModelFile(path, "model" as unknown as Model))).toBe(
      'saveModel: "model" is not a model; give what build(...) gives, or the model of a Trainer: trainer.model',
    );
    expect(await messageOf(loadModelFile(join(folder, "none"), { plugin: [] } as object))).toBe(
      'loadModelFile: no option "plugin" (did you mean plugins?); it has plugins, backend, nonFinite',
    );
    expect(await messageOf(loadModelFile(7 as unknown as string))).toBe(`loadModelFile: the path is 7; ${rule}`);
  });
});

describe("what cannot be read is told in words", () => {
  const loaded = (from: string): Promise<string> => messageOf(loadModelFile(from, { plugins }));

  test("nothing, a folder, no regular file", async () => {
    const cannot = (from: string, why: string): string => `loadModelFile: ${shown(from)} cannot be read: ${why}`;
    const none = "no file or folder is there (ENOENT); check the path, and make the folder first";
    expect(await loaded(path)).toBe(cannot(path, none));
    expect(await loaded(folder)).toBe(cannot(folder, "it is a folder (EISDIR); give the path of a file in it"));
    expect(await loaded("/dev/zero")).toBe(
      cannot("/dev/zero", "it is no regular file (not a file); give the path of one"),
    );
    expect(await messageOf(loadWeightsFile(path, small()))).toBe(
      `loadWeightsFile: ${shown(path)} cannot be read: ${none}`,
    );
  });

  test("a file of any size whose header does not agree with it, without reading it", async () => {
    writeFileSync(path, fileOf({}, 0));
    truncateSync(path, 2 ** 40);
    expect(await loaded(path)).toBe(
      "safetensors: more than 4294967296 bytes of numbers, the limit for files that are saved or loaded; save it in several files",
    );
    truncateSync(path, 2 ** 31);
    expect(await loaded(path)).toBe(
      "safetensors: 2147483638 bytes follow the last tensor; the file is damaged, get it again",
    );
    writeFileSync(path, "");
    expect(await loaded(path)).toBe(
      "safetensors: the file ends after 0 bytes in all, at least 8 must be there; it is cut off, get it again",
    );
  });
});

/** A path as messages show it. */
function shown(path: string): string {
  return path.length > 60 ? `"…${path.slice(-59)}"` : path;
}

async function messageOf(work: Promise<unknown>): Promise<string> {
  try {
    await work;
  } catch (error) {
    if (error instanceof GradloomError) return error.message;
    throw error;
  }
  return "nothing";
}
