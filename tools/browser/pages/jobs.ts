import type { Runner } from "@gradloom/testing";
import type { Job, Jobs } from "../src/jobs.ts";

const list: Job[] = [];
const bodies: (() => unknown)[] = [];
const groups: string[] = [];

const jobs: Jobs = {
  list,
  // In a turn of its own: within the question, the browser's debugger lets a page evaluate text that its policy forbids.
  run: async (place) => {
    await new Promise((resolve) => setTimeout(resolve));
    try {
      return await bodies[place]!();
    } catch (error) {
      // The process that asked sees the text alone.
      throw new Error(withCauses(error));
    }
  },
};
Object.assign(globalThis, { jobs });

function withCauses(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.cause === undefined) return error.stack ?? error.message;
  return `${error.message}\ncaused by ${withCauses(error.cause)}`;
}

/** Lets the process that opened the page ask for something by its name. */
export function provide(name: string, body: () => unknown, skipped = false): void {
  const fullName = [...groups, name].join(" > ");
  if (list.some((job) => job.name === fullName)) throw new Error(`two jobs are called "${fullName}"`);
  list.push({ name: fullName, skipped });
  bodies.push(body);
}

/** Registers tests as jobs of the page. */
export const runner: Runner = {
  describe(name, body) {
    groups.push(name);
    body();
    groups.pop();
  },
  test: Object.assign((name: string, body: () => unknown) => provide(name, body), {
    skip: (name: string, body: () => unknown) => provide(name, body, true),
  }),
};
