/** How long training may keep the thread before timers, signals and pages get a turn, in milliseconds. */
const turn = 12;

type Immediate = (resume: () => void) => void;

/** Lets everything else that waits for the thread run, when it was kept long enough. */
export class EventLoop {
  private since = now();

  async breathe(): Promise<void> {
    if (now() - this.since < turn) return;
    await new Promise<void>((resolve) => nextTurn(resolve));
    this.since = now();
  }
}

function now(): number {
  return performance.now();
}

/** Resumes in a new turn; timers would wait 4 ms in browsers. */
function nextTurn(resume: () => void): void {
  const { setImmediate } = globalThis as { readonly setImmediate?: Immediate };
  if (setImmediate !== undefined) {
    setImmediate(resume);
    return;
  }
  const channel = new MessageChannel();
  channel.port1.onmessage = () => {
    channel.port1.close();
    resume();
  };
  channel.port2.postMessage(undefined);
}
