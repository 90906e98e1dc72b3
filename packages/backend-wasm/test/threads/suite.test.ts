import { backendSuite } from "@gradloom/testing";
import { describe, test } from "vitest";
import { aboutNumbers, runnerOf, without } from "../chosen-laws.ts";
import { crewOf } from "./crew.ts";

/** Three have shares of different sizes. */
const crews = process.env["GRADLOOM_DEEP"] === undefined ? [3] : [1, 2, 3, 4];

for (const threads of crews) {
  describe(`with ${threads} ${threads === 1 ? "thread" : "threads"}`, () => {
    backendSuite(async () => (await crewOf(threads)).backend, runnerOf(without(aboutNumbers), { describe, test }));
  });
}
