import { nodeModule } from "../node-module.ts";

/** What is used of Node and of others that have its modules. */
interface Host {
  readonly process?: { readonly versions?: { readonly v8?: string } };
}

interface NodeV8 {
  setFlagsFromString(flags: string): void;
}

/**
 * Sets flags of V8, whose version must be so high at least, for the whole process; `undefined` where that is not possible. Hosts that claim to
 * have V8, and refuse, are as those whose flags have no effect.
 */
export function flagsOfV8(leastVersion: number): ((...flags: readonly string[]) => void) | undefined {
  const { process } = globalThis as unknown as Host;
  if (!(Number.parseInt(process?.versions?.v8 ?? "", 10) >= leastVersion)) return undefined;
  const v8 = nodeModule("node:v8") as NodeV8 | undefined;
  if (v8 === undefined) return undefined;
  return (...flags) => {
    try {
      for (const flag of flags) v8.setFlagsFromString(flag);
    } catch {}
  };
}
