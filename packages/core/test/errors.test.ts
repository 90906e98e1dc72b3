import { readdirSync, readFileSync } from "node:fs";
import { cpu } from "@gradloom/backend-cpu";
import { GradloomError, useBackend } from "@gradloom/core";
import { beforeEach, describe, expect, test } from "vitest";
import { creationErrors } from "./errors/creation-errors.ts";
import { elementwiseErrors } from "./errors/elementwise-errors.ts";
import { gradientErrors } from "./errors/gradient-errors.ts";
import { indexingErrors } from "./errors/indexing-errors.ts";
import { modelErrors } from "./errors/model-errors.ts";
import { movementErrors } from "./errors/movement-errors.ts";
import { ownOperationErrors } from "./errors/own-operation-errors.ts";
import { productErrors } from "./errors/product-errors.ts";
import { programErrors } from "./errors/program-errors.ts";
import { reductionErrors } from "./errors/reduction-errors.ts";

const operationErrors = { elementwiseErrors, reductionErrors, productErrors, movementErrors, indexingErrors };
const groups = { ...operationErrors, creationErrors, gradientErrors, ownOperationErrors, programErrors };

beforeEach(() => useBackend(cpu()));

/** What a call throws, or what its promise is rejected with. */
async function thrownBy(call: () => unknown): Promise<unknown> {
  try {
    await call();
  } catch (error) {
    return error;
  }
  return undefined;
}

describe.each(Object.entries({ ...groups, modelErrors }))("%s", (_, cases) => {
  test.each(cases)("%s: %s", async (code, message, call) => {
    const error = await thrownBy(call);
    expect(error).toBeInstanceOf(GradloomError);
    expect({ code: (error as GradloomError).code, message: (error as GradloomError).message }).toEqual({
      code,
      message,
    });
    // Thrown where the mistake is, not where numbers are asked for later.
    expect((error as GradloomError).stack).toContain("-errors.ts");
  });
});

test("there is a case for every error of options, tensors, operations, gradients, programs and backends", () => {
  const source = new URL("../src/", import.meta.url);
  const files = ["tensor", "ops", "gradient", "program", "backend", "host", "runtime"].flatMap((folder) =>
    readdirSync(new URL(folder, source)).map((file) => `${folder}/${file}`),
  );
  const texts = [...files, "errors/options.ts"].map((file) => readFileSync(new URL(file, source), "utf8"));
  const thrown = texts.flatMap((text) =>
    [...text.matchAll(/new GradloomError\(\s*"([^"]+)"/g)].map(([, code]) => code),
  );
  const tested = new Set(Object.values(groups).flatMap((cases) => cases.map(([code]) => code)));
  expect(thrown.filter((code) => !tested.has(code!))).toEqual([]);
});
