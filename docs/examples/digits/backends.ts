import { type Backend, cpu, wasm } from "gradloom";

/** What can compute, by the name that `--backend` takes. */
export const backends: Readonly<Record<string, () => Backend>> = { wasm, cpu };
