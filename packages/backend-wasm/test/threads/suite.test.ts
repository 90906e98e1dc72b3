import { backendSuite } from "@gradloom/testing";
import { describe, test } from "vitest";
import { crewOf } from "./crew.ts";

for (const threads of [2, 3]) {
  const { backend } = await crewOf(threads);
  describe(`with ${threads} threads`, () => {
    backendSuite(() => backend, { describe, test });
  });
}
