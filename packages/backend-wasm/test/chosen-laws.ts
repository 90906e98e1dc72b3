import type { Runner } from "@gradloom/testing";

/** Chooses the tests whose names do not match; all when GRADLOOM_DEEP is set. */
export function without(left: RegExp): (name: string) => boolean {
  return (name) => process.env["GRADLOOM_DEEP"] !== undefined || !left.test(name);
}

/** A runner of the tests with chosen names. */
export function runnerOf(isChosen: (name: string) => boolean, { describe, test }: Runner): Runner {
  const chosen =
    (register: Runner["test"]["skip"]): Runner["test"]["skip"] =>
    (name, body) => {
      if (isChosen(name)) register(name, body);
    };
  return { describe, test: Object.assign(chosen(test), { skip: chosen(test.skip) }) };
}

/**
 * Laws of the backend suite that are about numbers: where they end, and dtypes other than float32, but for bytes that move. Where and by how many
 * threads a kernel runs does not change them.
 */
export const aboutNumbers: RegExp = / ends, | at its edges| (in|of) (float64|u?int32|bool)\b| of uint8/;
