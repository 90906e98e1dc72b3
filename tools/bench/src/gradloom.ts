import { type Backend, coreVersion, useBackend, variable } from "@gradloom/core";
import type { Library, Maker } from "./case.ts";
import type { Group } from "./workload.ts";

/** Our own library on a backend, with the cases of some groups. */
export function library(backend: Backend, groups: readonly Group[]): Library {
  useBackend(backend);
  // A backend has one queue: when a number was read, everything before it is done.
  const last = variable([0]);
  const finish = (): Promise<unknown> => last.data();
  return {
    version: coreVersion,
    threads: threadsOf(backend),
    makers: Object.fromEntries(
      groups.flatMap(({ name, gradloom }): [string, Maker][] =>
        gradloom === undefined
          ? []
          : [[name, (parameters, arrays, way) => ({ finish, ...gradloom({ parameters, arrays, way }) })]],
      ),
    ),
  };
}

/** What the backend says it computes with; one where it says nothing. */
function threadsOf(backend: Backend): number {
  return "threads" in backend && typeof backend.threads === "number" ? backend.threads : 1;
}
