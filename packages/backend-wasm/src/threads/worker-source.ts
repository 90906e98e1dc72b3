import { hostNames } from "../elements/hosted.ts";
import { control, controlAddress, controlBytes, jobKinds, jobWords, ringSize } from "./control.ts";

/** What a worker is told when it starts. */
export interface Start {
  readonly memory: WebAssembly.Memory;
  readonly thread: number;
  readonly threads: number;
}

/** How often a thread looks before it sleeps: about 10 µs, less than waking takes. */
const looks = 2_000;

const word = (offset: number): number => offset / 4;

/**
 * The program of a worker. It is text, as bundlers and coverage tools change functions, and it receives work through shared memory alone, as
 * a thread that computes or sleeps gets no messages. Jobs come in order; the next one begins when every thread has finished the last.
 */
export const workerSource: string = `
const port = typeof require === "function" ? require("node:worker_threads").parentPort : self;
port.onmessage = ({ data: { memory, thread, threads } }) => {
  const words = new Int32Array(memory.buffer, ${controlAddress}, ${controlBytes / 4});
  const load = (at) => Atomics.load(words, at);
  const await_ = (at, old) => {
    for (let look = 0; look < ${looks}; look++) if (load(at) !== old) return;
    while (load(at) === old) Atomics.wait(words, at, old);
  };
  const bytes = (address, length) => {
    // An engine tells a thread at the end of a loop's round that another one has made the memory grow.
    while (memory.buffer.byteLength < (address >>> 0) + length) Atomics.load(words, 0);
    return new Uint8Array(memory.buffer, address >>> 0, length >>> 0);
  };
  const env = { memory };
  for (const name of ${JSON.stringify(hostNames)}) env[name] = Math[name];
  const steps = [];
  const work = {
    ${jobKinds.compile}(address, length) {
      const module = new WebAssembly.Module(bytes(address, length).slice());
      const { step, ...kernels } = new WebAssembly.Instance(module, { env }).exports;
      Object.assign(env, kernels);
      steps.push(step);
    },
    ${jobKinds.run}(program, arena, slots, active) {
      steps[program](arena, slots, thread, active);
    },
    ${jobKinds.copy}(to, from, length) {
      bytes(to, length).set(bytes(from, length));
    },
  };
  try {
    Atomics.add(words, ${word(control.ready)}, 1);
    for (let job = 0; ; job = (job + 1) | 0) {
      await_(${word(control.posted)}, job);
      const at = ${word(control.ring)} + (job & ${ringSize - 1}) * ${jobWords};
      const active = words[at + 1];
      if (thread < active) work[words[at]](words[at + 2], words[at + 3], words[at + 4], active);
      if (Atomics.add(words, ${word(control.arrived)}, 1) === threads - 1) {
        Atomics.store(words, ${word(control.arrived)}, 0);
        Atomics.add(words, ${word(control.done)}, 1);
        Atomics.notify(words, ${word(control.done)});
        if (load(${word(control.listening)})) port.postMessage("");
      } else await_(${word(control.done)}, job);
    }
  } catch (error) {
    Atomics.store(words, ${word(control.failed)}, 1);
    Atomics.notify(words, ${word(control.done)});
    port.postMessage(String(error));
  }
};
`;
