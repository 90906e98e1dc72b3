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

const wasm = { package: "backend-wasm", factory: "wasm" };

/** In the order of the columns; times are compared with the first that has one. */
export const participants: readonly Participant[] = [
  { name: "wasm", title: "Gradloom wasm", backend: wasm, options: { threads: 1 } },
  { name: "wasm-2", title: "Gradloom wasm, 2 threads", backend: wasm, options: { threads: 2 } },
  {
    name: "wasm-256",
    title: "Gradloom wasm, 256 bits",
    backend: { ...wasm, experiments: ["revectorize"] },
    options: { threads: 1 },
  },
  { name: "cpu", title: "Gradloom cpu", backend: { package: "backend-cpu", factory: "cpu" } },
  { name: "tfjs-cpu", title: "TensorFlow.js cpu", peer: "tfjs.mjs", options: { backend: "cpu" } },
  { name: "tfjs-wasm", title: "TensorFlow.js wasm", peer: "tfjs.mjs", options: { backend: "wasm" } },
  { name: "jax-js", title: "jax-js wasm", peer: "jax.mjs" },
  {
    name: "onnxruntime-web",
    title: "ONNX Runtime wasm",
    peer: "onnxruntime.mjs",
    options: { from: "web" },
  },
  {
    name: "onnxruntime-node",
    title: "ONNX Runtime native",
    peer: "onnxruntime.mjs",
    options: { from: "node" },
  },
  { name: "pytorch", title: "PyTorch", peer: "pytorch.py", options: { threads: 1 } },
  { name: "engine", title: "WebAssembly loop", program: new URL("./engine.ts", import.meta.url) },
];

/** Whether it is a library that ours is compared with. */
export function isPeer({ peer }: Participant): boolean {
  return peer !== undefined;
}
