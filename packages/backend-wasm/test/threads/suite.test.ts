import { backendSuite } from "@gradloom/testing";
import { describe, test } from "vitest";
import { crewOf } from "./crew.ts";

for (const threads of [1, 2, 3, 4]) {
  describe(`with ${threads} ${threads === 1 ? "thread" : "threads"}`, () => {
    backendSuite(async () => (await crewOf(threads)).backend, { describe, test });
  });
}
