import { GradloomError } from "@gradloom/core";

/** Bytes of a page of WebAssembly memory. */
export const pageBytes = 65_536;

/** Pages that WebAssembly memory can have: 4 GiB. */
export const mostPages = 65_536;

/** Fewer hold too little to compute with. */
const leastPages = 4_096;

/** A memory, how many pages it may grow to, and whether threads can share it. */
export interface Reserved {
  readonly memory: WebAssembly.Memory;
  readonly pages: number;
  readonly isShared: boolean;
}

/**
 * Memory that may grow to `most` pages, or to fewer where the engine has no addresses for them; memory that threads can share, if it is wanted
 * and can be had: a page has it if it is isolated from those of other origins.
 */
export function reserveMemory(wanted: "shared" | "own", most: number = mostPages): Reserved {
  const kinds = wanted === "shared" && typeof SharedArrayBuffer !== "undefined" ? [true, false] : [false];
  for (const isShared of kinds) {
    for (let pages = most; pages >= Math.min(most, leastPages); pages /= 4) {
      try {
        // Memory that is not shared needs no end: engines may reserve less for it then.
        const end = isShared || pages < mostPages ? { maximum: pages, shared: isShared } : {};
        return { memory: new WebAssembly.Memory({ initial: 16, ...end }), pages, isShared };
      } catch {
        // Maybe there are addresses for less.
      }
    }
  }
  // Why: Engines reserve far more addresses for a WebAssembly memory than it ever uses, so that they need not check each access: V8, about 10
  // GiB for any size. A limit of the process (`ulimit -v`, a container's) does not allow that; it costs no memory, so raise that one
  // and limit resident memory instead. Node 22 and newer do with less by themselves, Node 20 with the flag. `useBestBackend()` takes `cpu()`.
  throw new GradloomError(
    "wasm-reserve",
    "wasm: the engine has no address space for a WebAssembly memory, of which it reserves about 10 GiB; raise the limit of the process (ulimit -v), " +
      "start Node with --disable-wasm-trap-handler, or use the cpu backend",
  );
}
