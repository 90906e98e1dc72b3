import { useBackend } from "@gradloom/core";
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { openRuntime } from "../../src/runtime/wasm-runtime.ts";
import { backendOf } from "../../src/wasm.ts";
import { everything } from "../threads/crew.ts";
import { expressed, rounds } from "./rounds.ts";

/** Pages of memory in which what the rounds make does not fit: 32 MiB. */
const pages = 512;
const few = 300;
const deep = 20_000;

interface Loop {
  readonly kind: string;
  readonly threads: number;
  /** Which programs workers take, if not the usual ones. */
  readonly thresholds?: "everything";
  readonly last: (round: number) => number;
}

const loops: readonly Loop[] = [
  { kind: "model", threads: 1, last: () => 256 },
  { kind: "model", threads: 2, last: () => 256 },
  { kind: "step", threads: 1, last: () => 1_536 },
  { kind: "step", threads: 2, last: () => 1_536 },
  { kind: "shapes", threads: 1, last: (round) => 4 * (100 + round) },
  { kind: "expressions", threads: 1, last: expressed },
  { kind: "expressions", threads: 2, thresholds: "everything", last: expressed },
];

test.each(loops)(
  "a loop that keeps nothing ($kind, threads: $threads) never ends",
  async ({ kind, threads, thresholds, last }) => {
    const backend = backendOf(openRuntime({ threads }, thresholds && everything, pages));
    useBackend(backend);
    let given: number | undefined;
    for (let round = 1; round <= few; round++) given = await rounds[kind]!(round, backend);
    expect(given).toBe(last(few));
  },
);

interface Outcome {
  readonly last: number;
  readonly figures: readonly { readonly wasm: number; readonly resident: number }[];
}

const deepLoops = process.env["GRADLOOM_DEEP"] === undefined ? [] : loops;

for (const { kind, threads, thresholds = "usual", last } of deepLoops) {
  test(`${deep} rounds (${kind}, threads: ${threads}) need memory that does not grow`, () => {
    const register = new URL("../../../../docs/examples/ts-register.mjs", import.meta.url).href;
    const program = fileURLToPath(new URL("endless-loop.ts", import.meta.url));
    const { stdout, stderr } = spawnSync(
      process.execPath,
      ["-C", "@gradloom/source", "--import", register, program, kind, `${deep}`, `${threads}`, thresholds],
      { encoding: "utf8" },
    );
    expect(stderr).toBe("");
    const { last: given, figures } = JSON.parse(stdout) as Outcome;
    expect(given).toBe(last(deep));
    console.info(`${kind}, threads: ${threads}`, JSON.stringify(figures));
    const [early, , , late] = figures;
    // The rounds between them make 3.7 GiB of values, or 15,000 programs. The collector may be late by a few hundred rounds.
    expect(late!.wasm).toBeLessThan(early!.wasm + 2 ** 28);
    expect(late!.resident).toBeLessThan(early!.resident + 2 ** 28);
  });
}
