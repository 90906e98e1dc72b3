import { functionCases, operationSuite } from "@gradloom/testing";
import { describe, test } from "vitest";
import { crewOf } from "./crew.ts";

for (const threads of [1, 2, 3, 4]) {
  const { backend } = await crewOf(threads);
  describe(`with ${threads} ${threads === 1 ? "thread" : "threads"}`, () => {
    operationSuite(functionCases, { describe, test }, { backend });
  });
}
