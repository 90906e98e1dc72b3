import * as fc from "fast-check";
import { test } from "vitest";
import { lazinessLaw } from "./laziness/laziness-law.ts";
import { toyBackend, toyBackendWithFusedKernels, toyKernels } from "./laziness/toy-backend.ts";

// A planted fault need not be made small.
const endOnFailure = process.env["GRADLOOM_MUTANT"] !== undefined;
const numRuns = process.env["GRADLOOM_DEEP"] === undefined ? 250 : 10_000;

test("a backend that is a table of naive kernels keeps the law of laziness", { timeout: 1_800_000 }, async () => {
  await fc.assert(lazinessLaw(toyBackend(), toyKernels), { numRuns, endOnFailure });
});

test("kernels for operations with a meaning keep the law of laziness", { timeout: 1_800_000 }, async () => {
  await fc.assert(lazinessLaw(toyBackendWithFusedKernels(), toyKernels), { numRuns, endOnFailure });
});
