import { type Backend, cpu, wasm } from "gradloom";

/** What can compute, by the name that `--backend` takes, with so many threads, or as many as it finds best. */
export const backends: Readonly<Record<string, (threads: number | undefined) => Backend>> = {
  wasm: (threads) => wasm(threads === undefined ? {} : { threads }),
  cpu: () => cpu(),
};
