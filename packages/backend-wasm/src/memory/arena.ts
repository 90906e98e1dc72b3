import type { LinearMemory } from "./linear-memory.ts";

/** The working memory of all programs: nothing in it outlives a run, so it may move when it grows. */
export class Arena {
  base = 0;
  private bytes = 0;
  private readonly linear: LinearMemory;
  private readonly owner: Pick<LinearMemory, "release">;

  /** `owner` takes a place back, maybe later, as programs under way still work there. */
  constructor(linear: LinearMemory, owner: Pick<LinearMemory, "release"> = linear) {
    this.linear = linear;
    this.owner = owner;
  }

  /** Makes room for `bytes`; `purpose` words what they are for. */
  reserve(bytes: number, purpose: () => string): void {
    if (bytes <= this.bytes) return;
    if (this.bytes > 0) this.owner.release(this.base);
    this.bytes = 0;
    this.base = this.linear.allocate(bytes, purpose());
    this.bytes = bytes;
  }
}
