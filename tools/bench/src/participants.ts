import type { Parameters } from "./case.ts";

/** Something to measure. A file that is not there, or a library that cannot be loaded, is reported and left out. */
export interface Participant {
  readonly name: string;
  readonly title: string;
  /** Our own: the package of a backend, and its exports that make one and that are its option `experiments`. */
  readonly backend?: { readonly package: string; readonly factory: string; readonly experiments?: readonly string[] };
  /** A TypeScript file that measures the engine itself. */
  readonly program?: URL;
  /** A file of `peers`. */
  readonly peer?: string;
  /** Given to the backend's factory, or to `open` of the program or the peer. */
  readonly options?: Parameters;
}

/** In the order of the columns; times are compared with the first that has one. */
export const participants: readonly Participant[] = [
  { name: "wasm", title: "Gradloom wasm", backend: { package: "backend-wasm", factory: "wasm" } },
  {
    name: "wasm-256",
    title: "Gradloom wasm, 256 bits",
    backend: { package: "backend-wasm", factory: "wasm", experiments: ["revectorize"] },
  },
  { name: "cpu", title: "Gradloom cpu", backend: { package: "backend-cpu", factory: "cpu" } },
  { name: "tfjs-cpu", title: "TensorFlow.js cpu", peer: "tfjs.mjs", options: { backend: "cpu" } },
  { name: "tfjs-wasm", title: "TensorFlow.js wasm", peer: "tfjs.mjs", options: { backend: "wasm" } },
  { name: "jax-js", title: "jax-js wasm", peer: "jax.mjs" },
  { name: "pytorch", title: "PyTorch", peer: "pytorch.py", options: { threads: 1 } },
  { name: "engine", title: "WebAssembly loop", program: new URL("./engine.ts", import.meta.url) },
];

/** Whether it is a library that ours is compared with. */
export function isPeer({ peer }: Participant): boolean {
  return peer !== undefined;
}
