import { GradloomError } from "@gradloom/core";

/** The error of ours that a call ends in; a fault of the test where there is none. */
export async function errorOf(call: () => unknown): Promise<GradloomError> {
  try {
    await call();
  } catch (error) {
    if (error instanceof GradloomError) return error;
    throw error;
  }
  throw new Error("the call did not fail");
}

/** The name with a letter too much. */
export function misspelt(name: string): string {
  return `${name.slice(0, -1)}q${name.slice(-1)}`;
}
