import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const register = new URL("../../../../docs/examples/ts-register.mjs", import.meta.url).href;
const program = fileURLToPath(new URL("endless-loop.ts", import.meta.url));
const isDeep = process.env["GRADLOOM_DEEP"] !== undefined;

/** Rounds, and the pages of memory in which what they make does not fit: 64 MiB, and all that there are. */
const [rounds, pages] = isDeep ? [20_000, 65_536] : [400, 1_024];

interface Outcome {
  readonly last: number;
  readonly figures: readonly { readonly wasm: number; readonly resident: number }[];
}

test.each([
  { kind: "model", threads: 1, last: 256 },
  { kind: "model", threads: 2, last: 256 },
  { kind: "step", threads: 1, last: 1_536 },
  { kind: "step", threads: 2, last: 1_536 },
  { kind: "shapes", threads: 1, last: 4 * (100 + rounds) },
])("an endless loop ($kind, threads: $threads) needs memory that does not grow", ({ kind, threads, last }) => {
  const { stdout, stderr } = spawnSync(
    process.execPath,
    ["-C", "@gradloom/source", "--import", register, program, kind, `${rounds}`, `${threads}`, `${pages}`],
    { encoding: "utf8", timeout: 1_800_000 },
  );
  expect(stderr).toBe("");
  const outcome = JSON.parse(stdout) as Outcome;
  expect(outcome.last).toBe(last);
  if (!isDeep) return;
  const [early, , , late] = outcome.figures;
  console.info(kind, threads, JSON.stringify(outcome.figures));
  // One round in twenty may still wait for the collector: twenty thousand of them would have taken 5 GB.
  expect(late!.wasm).toBeLessThan(early!.wasm + 250_000_000);
  expect(late!.resident).toBeLessThan(early!.resident + 250_000_000);
});
