import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import type { Backend, Buffer } from "@gradloom/core/backend";

setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc") as () => void;

/** How often a backend was asked for memory, and how much of what it gave is still referred to. */
export class Counts {
  allocations = 0;
  copies = 0;
  buffers = 0;
  bytes = 0;
  private readonly registry = new FinalizationRegistry<number>((bytes) => {
    this.buffers--;
    this.bytes -= bytes;
  });

  watch(buffer: Buffer): Buffer {
    this.buffers++;
    this.bytes += buffer.bytes;
    this.registry.register(buffer, buffer.bytes);
    return buffer;
  }
}

/** The backend, counting. */
export function counting(backend: Backend): { readonly backend: Backend; readonly counts: Counts } {
  const counts = new Counts();
  const counted: Backend = {
    ...backend,
    allocate(spec) {
      counts.allocations++;
      return counts.watch(backend.allocate(spec));
    },
    copy(buffer) {
      counts.copies++;
      return counts.watch(backend.copy(buffer));
    },
    compile(program) {
      const executable = backend.compile(program);
      return { run: (slots) => executable.run(slots).map((buffer) => counts.watch(buffer)) };
    },
  };
  return { backend: counted, counts };
}

/** Collects garbage until that frees nothing more for a while (finalizers and the compiler run when they please); the heap in bytes. */
export async function settledHeap(): Promise<number> {
  let least = Infinity;
  for (let round = 0, still = 0; still < 5 && round < 100; round++) {
    collectGarbage();
    await new Promise((resolve) => setTimeout(resolve, 10));
    const { heapUsed } = process.memoryUsage();
    still = heapUsed < least - 1_000 ? 0 : still + 1;
    least = Math.min(least, heapUsed);
  }
  return least;
}
