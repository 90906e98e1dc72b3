import { nextTurn } from "../backend/next-turn.ts";

/** How long training may keep the thread before timers, signals and pages get a turn, in milliseconds. */
const turn = 12;

/** Lets everything else that waits for the thread run, when it was kept long enough. */
export class EventLoop {
  private since = performance.now();

  async breathe(): Promise<void> {
    if (performance.now() - this.since < turn) return;
    await nextTurn();
    this.since = performance.now();
  }
}
