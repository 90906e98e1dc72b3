import { expect, test } from "vitest";
import { groups } from "../src/groups.ts";
import { type BenchOptions, readOptions } from "../src/options.ts";

function names({ chosen, participants }: BenchOptions): readonly string[] {
  return [
    ...chosen.flatMap(({ group, rows }) => rows.map((row) => `${group.name}/${row.name}`)),
    ...participants.map(({ name }) => name),
  ];
}

test("everything is measured without options", () => {
  const options = readOptions([]) as BenchOptions;
  expect(options.chosen.map(({ group }) => group.name)).toEqual(groups.map(({ name }) => name));
  expect(options.write).toBe(false);
});

test("rows, groups, peers and backends are chosen by name", () => {
  const options = readOptions([
    "--only",
    "mlp,matmul/512",
    "--only",
    "sum",
    "--peers=tfjs-cpu",
    "--backends",
    "cpu",
    "-r3",
  ]);
  expect(names(options as BenchOptions)).toEqual(["mlp/step", "matmul/512", "sum/1M", "cpu", "tfjs-cpu", "engine"]);
  expect((options as BenchOptions).effort.rounds).toBe(3);
});

test("the help lists every group", () => {
  for (const { name } of groups) expect(readOptions(["--help"])).toContain(`  ${name} `);
});

test.each([
  [["--only", "mpl"], /^--only: no "mpl"; there are peak, /],
  [["--peers", "numpy"], /^--peers: no "numpy"; there are none, tfjs-cpu, /],
  [["--rounds", "0"], /^--rounds is "0"; it must be a whole number of 1 or more$/],
  [["--quick"], /Unknown option '--quick'/],
])("%j is refused", (given, message) => {
  expect(() => readOptions(given)).toThrow(message);
});
