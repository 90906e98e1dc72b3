type Immediate = (resume: () => void) => void;

/** A new turn of the event loop: timers, signals, pages and finalizers had theirs. Timers would wait 4 ms in browsers. */
export function nextTurn(): Promise<void> {
  return new Promise((resume) => {
    const { setImmediate } = globalThis as { readonly setImmediate?: Immediate };
    if (setImmediate !== undefined) return setImmediate(resume);
    const channel = new MessageChannel();
    channel.port1.onmessage = () => {
      channel.port1.close();
      resume();
    };
    channel.port2.postMessage(undefined);
  });
}
