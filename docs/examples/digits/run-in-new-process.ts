import { execFile } from "node:child_process";
import { promisify } from "node:util";

/** The bytes that `script`, started anew as this process was, prints with these options. */
export async function runInNewProcess(
  script: string,
  options: readonly string[],
  signal: AbortSignal,
): Promise<Uint8Array> {
  const { stdout } = await promisify(execFile)(process.execPath, [...process.execArgv, script, ...options], {
    encoding: "buffer",
    maxBuffer: 2 ** 26,
    signal,
  });
  return stdout;
}
