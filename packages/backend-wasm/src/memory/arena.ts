import type { WorkQueue } from "../threads/work-queue.ts";
import type { LinearMemory } from "./linear-memory.ts";

/** The working memory of all programs: nothing in it outlives a run, so it may move when it grows. */
export class Arena {
  base = 0;
  private bytes = 0;
  private readonly linear: LinearMemory;
  private readonly queue: WorkQueue | undefined;

  constructor(linear: LinearMemory, queue: WorkQueue | undefined) {
    this.linear = linear;
    this.queue = queue;
  }

  /** Makes room for so many bytes; `purpose` words what they are for. */
  reserve(bytes: number, purpose: () => string): void {
    if (bytes <= this.bytes) return;
    if (this.bytes > 0) this.release(this.base);
    this.bytes = 0;
    this.base = this.linear.allocate(bytes, purpose());
    this.bytes = bytes;
  }

  /** Programs under way still work there. */
  private release(base: number): void {
    if (this.queue === undefined) this.linear.release(base);
    else this.queue.afterwards(() => this.linear.release(base));
  }
}
