import { type Backend, cpu } from "gradloom";

/** What can compute, by the name that `--backend` takes. */
export const backends: Readonly<Record<string, () => Backend>> = { cpu };
