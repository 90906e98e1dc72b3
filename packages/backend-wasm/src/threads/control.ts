/**
 * The words by which the threads of a backend speak, counted from the start of its memory, where 0 is nobody's: those that different threads
 * write lie in different cache lines.
 */
export const control = {
  /** Jobs posted by the host so far. */
  posted: 16,
  /** Jobs that are over. */
  done: 32,
  /** Jobs that the first thread has called the others to, and where the last of them is. */
  called: 48,
  current: 49,
  /** Workers that came up. */
  ready: 64,
  /** Whether the host wants a message when a job is done. */
  listening: 65,
  /** Whether a worker failed. */
  failed: 66,
  /** Threads at the barrier of a program, and how often it was passed. */
  waiting: 80,
  passed: 96,
  /** Threads beside the first that have finished a job. */
  arrived: 112,
  /** The ring of jobs. */
  ring: 128,
} as const;

/** Jobs that may be under way. */
export const ringSize = 16;

/** Words of a job: its kind, how many threads take part, and three numbers. */
export const jobWords = 8;

/** The first word after them. */
export const controlEnd: number = control.ring + jobWords * ringSize;

/** What workers do: instantiate a module, run a program, copy bytes. */
export const jobKinds = { compile: 0, run: 1, copy: 2 } as const;
