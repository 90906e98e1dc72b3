import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { largestError } from "../src/arrays.ts";
import type { Parameters } from "../src/case.ts";
import { LoadMeter } from "../src/load-meter.ts";
import { type Bench, measureGroup } from "../src/measure-group.ts";
import type { Participant } from "../src/participants.ts";
import { type Lineup, lineUp } from "../src/programs.ts";
import { Results } from "../src/results.ts";
import type { Group } from "../src/workload.ts";

const double: Group = {
  name: "double",
  title: "Twice",
  about: "y = 2 x.",
  rows: [
    {
      name: "three",
      inputs: () => ({ x: { shape: [3], data: Float32Array.of(1, 2, 3) } }),
      check({ x }) {
        const right = x!.data.map((value) => 2 * value);
        return ({ y }) => largestError(y, right);
      },
    },
  ],
  tolerance: 1e-6,
};

function library(name: string, options: Parameters): Participant {
  return { name, title: name, peer: "../test/fixtures/multiply.mjs", options };
}

const wanted = [
  library("right", { factor: 2 }),
  library("wrong", { factor: 3 }),
  library("other", {}),
  library("ending", { factor: 2, ends: true }),
  { name: "absent", title: "absent", peer: "no-such-file.mjs" },
  { name: "planned", title: "planned", backend: { package: "backend-planned", factory: "planned" } },
];
let folder: string;
let lineup: Lineup;

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), "gradloom-bench-test-"));
  lineup = await lineUp(wanted, folder);
});
afterAll(() => rmSync(folder, { recursive: true }));

function benchOf(results: Results): Bench {
  const effort = { rounds: 3, milliseconds: 1, warmMilliseconds: 1 };
  return { programs: lineup.present, effort, folder, load: new LoadMeter(), results };
}

test("who cannot be opened is told with the reason", () => {
  expect(lineup.present.map(({ participant, version }) => `${participant.name} ${version}`)).toEqual([
    "right 1.2.3",
    "wrong 1.2.3",
    "other 1.2.3",
    "ending 1.2.3",
  ]);
  const [absent, planned] = lineup.absent;
  expect(absent!.reason).toMatch(/Cannot find module .*no-such-file/);
  expect(planned!.reason).toBe("packages/backend-planned is not there yet");
});

test("only those whose results are right are timed, and the others told with the reason", async () => {
  const results = new Results();
  await measureGroup(double, double.rows, benchOf(results));
  expect(
    results.results.map(({ row, entry, error, samples }) => ({ row, entry, error, rounds: samples.length })),
  ).toEqual([{ row: "double/three", entry: "right", error: 0, rounds: 3 }]);
  expect(results.time("double/three", "right")).toBeGreaterThan(0);
  expect(results.gaps).toEqual([
    { row: "double/three", entry: "wrong", reason: "its result is wrong: off by 0.50" },
    { row: "double/three", entry: "other", reason: "it does not offer it" },
    { row: "double/three", entry: "ending", reason: "its process ended (3): no message" },
  ]);
});

test("first runs are timed in fresh processes", async () => {
  const results = new Results();
  await measureGroup({ ...double, name: "first", firstRunOf: "double" }, double.rows, benchOf(results));
  const measured = results.results.filter(({ entry }) => entry === "right");
  expect(measured.map(({ row, samples }) => `${row} ${samples.length}`)).toEqual(["first/three 3"]);
  expect(results.gaps.map(({ entry }) => entry)).toEqual(["other", "ending"]);
});
