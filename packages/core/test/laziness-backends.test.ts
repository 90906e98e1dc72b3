import { test } from "vitest";
import { checkLaziness } from "./laziness/check-laziness.ts";
import { toyBackend, toyBackendWithFusedKernels, toyKernels } from "./laziness/toy-backend.ts";

test("a backend that is a table of naive kernels keeps the law of laziness", { timeout: 1_800_000 }, () =>
  checkLaziness(toyBackend(), toyKernels, 100),
);

test("kernels for operations with a meaning keep the law of laziness", { timeout: 1_800_000 }, () =>
  checkLaziness(toyBackendWithFusedKernels(), toyKernels, 100),
);
