import { expect, test } from "vitest";
import { largestError } from "../src/arrays.ts";
import { atMost, timesAsFast, timesAsFastAsAny, timesAsLong } from "../src/performance-goal.ts";
import type { Program } from "../src/programs.ts";
import { gapList, goalTable, groupTable } from "../src/report.ts";
import { Results } from "../src/results.ts";
import type { Group } from "../src/workload.ts";

const group: Group = {
  name: "work",
  title: "Work",
  about: "",
  rows: [{ name: "one", inputs: () => ({}), check: () => () => 0, operations: 4e6 }],
  tolerance: 0,
};

function program(name: string, title: string): Program {
  return { participant: { name, title }, command: [], module: "", options: {}, version: "1", threads: 1 };
}

function resultsOf(
  times: Readonly<Record<string, readonly { wall: number; processor: number }[]>>,
  threads = 1,
): Results {
  const results = new Results();
  for (const [entry, samples] of Object.entries(times))
    results.results.push({ row: "work/one", entry, threads, error: 0, samples, operations: 4e6 });
  return results;
}

const measured = resultsOf({
  own: [
    { wall: 9, processor: 2 },
    { wall: 3, processor: 4 },
    { wall: 5, processor: 6 },
  ],
  "own, slowly": [{ wall: 8, processor: 9 }],
  other: [{ wall: 400, processor: 2000 }],
});

test("a time is the smaller of the medians with one thread, and the clock's with more", () => {
  expect(measured.time("work/one", "own")).toBe(4);
  expect(resultsOf({ own: [{ wall: 5, processor: 1 }] }, 2).time("work/one", "own")).toBe(5);
  expect(measured.time("work/one", "nobody")).toBeUndefined();
});

test("a table tells times, speeds and ratios to the first column", () => {
  const shown = groupTable(group, group.rows, measured, [program("own", "Own"), program("other", "Other")]);
  expect(shown.split("\n").map((line) => line.replaceAll(/ +/g, " "))).toEqual(
    [
      "| | Own | Own, slowly | Other |",
      "| --- | -------------: | ------------------------: | ---------------------------: |",
      "| one | 4 ms, 1 GFLOP/s | 8 ms, 0.5 GFLOP/s (2×) | 400 ms, 0.01 GFLOP/s (100×) |",
    ].map((line) => (line.includes("---") ? expect.stringMatching(/^\| --- \| -+: \| -+: \| -+: \|$/) : line)),
  );
});

test("goals are reached or not, and left out where nothing was measured", () => {
  const goals = [
    timesAsFast("work/one", "own", "other", 100),
    timesAsFastAsAny("work/one", "own", ["other", "own, slowly"], 2.5),
    timesAsLong("work/one", "own, slowly", "own", 1.9),
    atMost("work/one", "own", 4000, "µs"),
    atMost("work/one", "nobody", 1),
  ];
  const cells = goalTable(goals, measured)!
    .split("\n")
    .slice(2)
    .map((line) => line.split("|").map((cell) => cell.trim()));
  expect(cells.map(([, , figure, reached]) => `${figure} ${reached}`)).toEqual([
    "100× yes",
    "2× no",
    "2× no",
    "4000 µs yes",
  ]);
});

test("what was not measured is told once for each reason", () => {
  const results = new Results();
  results.gaps.push(
    { row: "work/one", entry: "other", reason: "it is wrong" },
    { row: "work/two", entry: "other", reason: "it is wrong" },
  );
  expect(gapList(results, [{ title: "Third", reason: "it is not there" }])).toBe(
    "- Third: it is not there\n- work/one, work/two with other: it is wrong",
  );
});

test("an error is relative to the largest number, and infinite where numbers are missing or none", () => {
  expect(largestError([1, -4.5], [1, -4])).toBe(0.125);
  expect(largestError([1, Number.NaN], [1, -4])).toBe(Infinity);
  expect(largestError([1], [1, -4])).toBe(Infinity);
  expect(largestError(undefined, [1])).toBe(Infinity);
});
