import { nextTurn } from "../backend/next-turn.ts";

/** How long training may keep the thread before timers, signals and pages get a turn, in milliseconds. */
const turn = 12;

/** Lets everything else that waits for the thread run, when it was kept long enough since the last time. */
export function breather(): () => Promise<void> {
  let since = performance.now();
  return async () => {
    if (performance.now() - since < turn) return;
    await nextTurn();
    since = performance.now();
  };
}
