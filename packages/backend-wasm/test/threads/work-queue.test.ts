import { array, assert, boolean, constantFrom, integer, property, record } from "fast-check";
import { afterEach, expect, test, vi } from "vitest";
import { LinearMemory } from "../../src/memory/linear-memory.ts";
import { control, controlEnd } from "../../src/threads/control.ts";
import { WorkQueue } from "../../src/threads/work-queue.ts";

afterEach(() => vi.restoreAllMocks());

/** What happens until the blocked host polls again: milliseconds go by, and workers come further with a program or end a job. */
interface Poll {
  readonly elapsed: number;
  readonly progress?: "passed" | "done" | undefined;
}

const timeout = { milliseconds: 1_000, factor: 0 };
const jobs = 16;

/** How many polls a blocked host gives workers that are played, and whether it gives them up; they are done after the last. */
function blocked(polls: readonly Poll[], sleeps = true): { readonly taken: number; readonly givenUp: boolean } {
  vi.spyOn(console, "warn").mockImplementation(() => undefined);
  const linear = new LinearMemory();
  let givenUp = false;
  const queue = new WorkQueue(linear, 2, () => (givenUp = true), timeout);
  for (let job = 0; job < jobs; job++) queue.post("copy", 1, [0, 0, 0]);
  const words = new Int32Array(linear.memory.buffer, 0, controlEnd);
  let clock = 5;
  let taken = 0;
  vi.spyOn(performance, "now").mockImplementation(() => clock);
  vi.spyOn(Atomics, "wait").mockImplementation(() => {
    const poll = polls[taken++];
    if (poll === undefined) Atomics.store(words, control.done, jobs);
    else {
      clock += poll.elapsed;
      if (poll.progress !== undefined) Atomics.add(words, control[poll.progress], 1);
    }
    if (!sleeps) throw new TypeError("Atomics.wait cannot be called in this context");
    return "timed-out";
  });
  queue.block();
  vi.restoreAllMocks();
  return { taken, givenUp };
}

/** Milliseconds until a poll: of one that spins, of one that sleeps, and of one in which the process was stopped for up to a year. */
const elapsed = integer({ min: 0, max: 3e10 });

test("workers that come further are never given up, however long the process is stopped", () => {
  const stretch = record({
    idle: array(elapsed, { maxLength: 9 }),
    last: elapsed,
    progress: constantFrom("passed" as const, "done" as const),
  });
  assert(
    property(array(stretch, { maxLength: jobs - 1 }), boolean(), (stretches, sleeps) => {
      const polls = stretches.flatMap(({ idle, last, progress }): Poll[] => [
        ...idle.map((each) => ({ elapsed: each })),
        { elapsed: last, progress },
      ]);
      expect(blocked(polls, sleeps)).toEqual({ taken: polls.length + 1, givenUp: false });
    }),
  );
});

test("workers that stand still are given up when the host has waited for longer than its timeout", () => {
  assert(
    property(array(elapsed, { maxLength: 12 }), integer({ min: 1, max: 100 }), boolean(), (before, each, sleeps) => {
      const times = [...before, ...new Array<number>(2_000).fill(each)];
      const { taken, givenUp } = blocked(
        times.map((time) => ({ elapsed: time })),
        sleeps,
      );
      const waited = (polls: number): number =>
        times.slice(0, polls).reduce((sum, time) => sum + Math.min(time, 100), 0);
      expect(givenUp).toBe(true);
      expect(waited(taken)).toBeGreaterThan(timeout.milliseconds);
      expect(waited(taken - 1)).toBeLessThanOrEqual(timeout.milliseconds);
    }),
  );
});
