/** The address of the words by which the threads of a backend speak: the first block of its memory. */
export const controlAddress = 64;

/** Where each word is, in bytes from the control address: those that different threads write lie in different cache lines. */
export const control = {
  /** Jobs posted by the host so far. */
  posted: 0,
  /** Jobs that are over. */
  done: 64,
  /** Jobs that the first thread has called the others to, and where the last of them is. */
  called: 128,
  current: 132,
  /** Threads beside the first that have finished it. */
  arrived: 384,
  /** Workers that came up. */
  ready: 192,
  /** Whether the host wants a message when a job is done. */
  listening: 196,
  /** Whether a worker failed. */
  failed: 200,
  /** Threads at the barrier of a program, and how often it was passed. */
  waiting: 256,
  passed: 320,
  /** The ring of jobs. */
  ring: 448,
} as const;

/** Jobs that may be under way. */
export const ringSize = 16;

/** Words of a job: its kind, how many threads take part, and three numbers. */
export const jobWords = 8;

/** Bytes of everything. */
export const controlBytes: number = control.ring + 4 * jobWords * ringSize;

/** What workers do: instantiate a module, run a program, copy bytes. */
export const jobKinds = { compile: 0, run: 1, copy: 2 } as const;
