import { control, controlEnd, jobKinds, jobWords, ringSize } from "./control.ts";

/** What a worker is given when it starts. */
export interface Start {
  readonly memory: WebAssembly.Memory;
  readonly thread: number;
  readonly threads: number;
}

/**
 * How often a thread checks before it sleeps, for about 100 µs: waking takes 30 µs, and a kernel may put the woken one on the processor of another. Of
 * 10 to 500 µs, this made the steps of an MLP fastest, whether each was awaited or not.
 */
const spins = 20_000;

/**
 * The program of a worker. It is text, as bundlers and coverage tools change functions, and it receives work through shared memory alone, as
 * a thread that computes or sleeps gets no messages. The first thread takes the jobs in order and calls the others to those that are for more
 * than one. Modules are known by number, and import from those that came before. That another thread made the memory grow, an engine shows at the
 * end of a loop's round.
 */
export const workerSource: string = `
const port = typeof require === "function" ? require("node:worker_threads").parentPort : self;
port.onmessage = ({ data: { memory, thread, threads } }) => {
  const words = new Int32Array(memory.buffer, 0, ${controlEnd});
  const load = (at) => Atomics.load(words, at);
  const await_ = (at, old) => {
    for (let spin = 0; spin < ${spins}; spin++) if (load(at) !== old) return;
    while (load(at) === old) Atomics.wait(words, at, old);
  };
  const bytes = (address, length) => {
    while (memory.buffer.byteLength < (address >>> 0) + length) Atomics.load(words, 0);
    return new Uint8Array(memory.buffer, address >>> 0, length >>> 0);
  };
  const modules = { env: { memory }, math: Math };
  const work = {
    ${jobKinds.compile}(address, length, number) {
      const module = new WebAssembly.Module(bytes(address, length).slice());
      modules[number] = new WebAssembly.Instance(module, modules).exports;
    },
    ${jobKinds.run}(program, arena, slots, active) {
      modules[program].step(arena, slots, thread, active);
    },
    ${jobKinds.copy}(to, from, length) {
      bytes(to, length).set(bytes(from, length));
    },
  };
  const change = (at, by) => {
    Atomics.add(words, at, by);
    Atomics.notify(words, at);
  };
  const perform = (at) => {
    const [kind, active, ...numbers] = words.subarray(at, at + 5);
    if (thread < active) work[kind](...numbers, active);
  };
  const lead = (job) => {
    await_(${control.posted}, job);
    const at = ${control.ring} + (job & ${ringSize - 1}) * ${jobWords};
    const shared = words[at + 1] > 1;
    if (shared) {
      words[${control.current}] = at;
      change(${control.called}, 1);
    }
    perform(at);
    if (shared) {
      for (let count; (count = load(${control.arrived})) < threads - 1; ) await_(${control.arrived}, count);
      Atomics.store(words, ${control.arrived}, 0);
    }
    change(${control.done}, 1);
    if (load(${control.listening})) port.postMessage("");
  };
  const follow = (call) => {
    await_(${control.called}, call);
    perform(words[${control.current}]);
    change(${control.arrived}, 1);
  };
  try {
    Atomics.add(words, ${control.ready}, 1);
    for (let round = 0; ; round = (round + 1) | 0) (thread === 0 ? lead : follow)(round);
  } catch (error) {
    Atomics.store(words, ${control.failed}, 1);
    Atomics.notify(words, ${control.done});
    port.postMessage(String(error));
  }
};
`;
