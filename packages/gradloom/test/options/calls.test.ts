import * as cpuPackage from "@gradloom/backend-cpu";
import * as wasmPackage from "@gradloom/backend-wasm";
import * as toolkit from "@gradloom/backend-wasm/kernels";
import * as core from "@gradloom/core";
import * as backends from "@gradloom/core/backend";
import * as data from "@gradloom/data";
import * as datasets from "@gradloom/datasets";
import * as digits from "@gradloom/datasets/digits";
import * as formats from "@gradloom/formats";
import * as files from "@gradloom/formats/node";
import * as optimizers from "@gradloom/optimizers";
import * as suites from "@gradloom/testing";
import { useBestBackend } from "gradloom";
import { beforeAll, describe, expect, test } from "vitest";
import { calls } from "./calls.ts";
import { errorOf, misspelt } from "./error-of.ts";
import { functionsWithOptions } from "./functions-with-options.ts";

const umbrella = { useBestBackend };
const modules = [
  umbrella,
  cpuPackage,
  wasmPackage,
  toolkit,
  core,
  backends,
  data,
  datasets,
  digits,
  formats,
  files,
  optimizers,
  suites,
];

/** What has `options` among its parameters and takes none from a user, or has its own law. */
const others = new Set([
  "Library.constructor",
  "Model.constructor",
  "ModuleBuilder.constructor",
  // The check itself, and what takes the schema of options to check.
  "checkOptions",
  "defineActivation",
  "defineLoss",
]);

beforeAll(() => core.useBackend(cpuPackage.cpu()));

test("every public function with options has a row", () => {
  const isPublic = (name: string): boolean => name.includes(".") || modules.some((module) => name in module);
  const wanted = functionsWithOptions().filter((name) => isPublic(name) && !others.has(name));
  expect(wanted.filter((name) => !(name in calls))).toEqual([]);
});

describe.each(Object.entries(calls))("%s", (name, row) => {
  const { call, needed = {}, begins = name, elsewhere = [] } = row();

  test("refuses what is no options object, and an unknown option", async () => {
    for (const none of [5, "x", [2, 2], null, () => ({})]) {
      const { code, message } = await errorOf(() => call(none));
      expect([code, message]).toEqual(["unknown-option", expect.stringMatching(/ is no plain object; it has /)]);
      expect(message).toMatch(`${begins}: `);
    }
    const { message } = await errorOf(() => call({ ...needed, "some other": 1 }));
    expect(message).toMatch(`${begins}: no option "some other"; it has `);
  });

  test("names the option that was meant, and refuses values of a wrong kind", async () => {
    const { message } = await errorOf(() => call({ ...needed, "some other": 1 }));
    const known = message.split("it has ")[1]!.split("\n")[0]!;
    for (const option of known === "none" ? [] : known.split(", ")) {
      const misspelling = await errorOf(() => call({ ...needed, [misspelt(option)]: 1 }));
      if (option.length > 1)
        expect(misspelling.message).toMatch(`no option "${misspelt(option)}" (did you mean ${option}?); it has `);
      if (elsewhere.includes(option)) continue;
      const { code, message: problem } = await errorOf(() => call({ ...needed, [option]: Symbol("wrong") }));
      expect([code, problem]).toEqual([
        "option",
        expect.stringContaining(`${begins}: ${option} is Symbol(wrong); it must be `),
      ]);
    }
  });

  test("refuses to do without an option that it needs", async () => {
    for (const option of Object.keys(needed)) {
      const rest = Object.fromEntries(Object.entries(needed).filter(([one]) => one !== option));
      const { code } = await errorOf(() => call(rest));
      expect(["option", "scan-length"]).toContain(code);
    }
  });
});
