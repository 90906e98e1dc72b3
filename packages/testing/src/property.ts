import { type Arbitrary, assert, asyncProperty } from "fast-check";

/** Whether GRADLOOM_DEEP is set. */
export const isDeep: boolean =
  (globalThis as { process?: { env: Record<string, string | undefined> } }).process?.env["GRADLOOM_DEEP"] !== undefined;

/** How many cases are generated: `usual`, or twenty times that and other ones each time when GRADLOOM_DEEP is set. */
export function effort(usual: number): { readonly numRuns: number; readonly seed?: number } {
  return isDeep ? { numRuns: usual * 20 } : { numRuns: usual, seed: 1 };
}

/** The body of a test: `body` holds for every value of the arbitraries. Generated cases are the same in each run unless GRADLOOM_DEEP is set. */
export function property<Values extends [unknown, ...unknown[]]>(
  arbitraries: { readonly [Place in keyof Values]: Arbitrary<Values[Place]> },
  body: (...values: Values) => void | Promise<void>,
  runs = 25,
): () => Promise<void> {
  const law = asyncProperty(
    ...(arbitraries as { [Place in keyof Values]: Arbitrary<Values[Place]> }),
    async (...values) => body(...values),
  );
  return () => assert(law, { ...effort(runs), endOnFailure: false });
}
