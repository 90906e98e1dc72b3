import { checkOptions } from "@gradloom/core";
import type { Backend } from "@gradloom/core/backend";
import { backendSuiteFields, backendUnderTest, type BackendSuiteOptions } from "./backend-suite/backend-under-test.ts";
import { extremeLaws } from "./backend-suite/extreme-laws.ts";
import { functionLaws } from "./backend-suite/function-laws.ts";
import { graphSizeLaws } from "./backend-suite/graph-size-laws.ts";
import { identityLaws } from "./backend-suite/identity-laws.ts";
import { integerLaws } from "./backend-suite/integer-laws.ts";
import { memoryLaws } from "./backend-suite/memory-laws.ts";
import { primitiveLaws } from "./backend-suite/primitive-laws.ts";
import { randomProgramLaws } from "./backend-suite/random-program-laws.ts";
import { type Runner, suite } from "./suite.ts";

/**
 * The laws of a backend: every primitive in every dtype, NaN, infinities, ties and empty axes included; operations known by their identity; every
 * function of core with its gradients, so kernels of fused operations too, and where floats end; random programs with assignments; graphs of
 * thousands of nodes; and what programs may do to memory. Changes the default backend.
 */
export function backendSuite(
  makeBackend: () => Backend | Promise<Backend>,
  runner: Runner,
  options: BackendSuiteOptions = {},
): void {
  checkOptions("backendSuite", backendSuiteFields, options);
  const tested = backendUnderTest(makeBackend, options);
  suite("backend", runner, options.except ?? {}, (law) => {
    primitiveLaws(law, tested);
    identityLaws(law, tested);
    functionLaws(law, tested);
    extremeLaws(law, tested);
    integerLaws(law, tested);
    randomProgramLaws(law, tested);
    graphSizeLaws(law, tested);
    memoryLaws(law, tested, makeBackend);
  });
}
