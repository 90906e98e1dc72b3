import type { Fields, Rule } from "../errors/options.ts";
import { rule } from "../errors/rules.ts";
import type { Backend } from "./backend.ts";

/** Where something is computed: the default backend if left out. */
export interface BackendOptions {
  readonly backend?: Backend;
}

/** A backend. */
export const anyBackend: Rule<Backend> = /*#__PURE__*/ rule(
  "a backend, e.g. wasm()",
  (value) => typeof (value as Backend | undefined)?.compile === "function",
);

/** Their schema. */
export const backendFields: Fields<BackendOptions> = { backend: anyBackend };
