import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { buildSync } from "esbuild";
import { afterEach, describe, expect, test, vi } from "vitest";
import { reserveMemory } from "../../src/memory/reserve-memory.ts";

const refusal =
  "GradloomError: wasm: the engine has no address space for a WebAssembly memory, of which it reserves about 10 GiB; raise the limit of the process " +
  "(ulimit -v), start Node with --disable-wasm-trap-handler, or use the cpu backend";

/** An engine that has addresses for a number of pages, of shared memory or of any. */
function engineFor(pages: number, sharedPages = pages): void {
  const { Memory } = WebAssembly;
  vi.spyOn(WebAssembly, "Memory").mockImplementation(function make(options) {
    if ((options.maximum ?? 65_536) > (options.shared === true ? sharedPages : pages))
      throw new RangeError("no memory");
    return new Memory(options);
  });
}

describe("where there are addresses", () => {
  afterEach(() => vi.restoreAllMocks());

  test("for less, less is reserved", () => {
    engineFor(20_000);
    expect(reserveMemory("shared")).toMatchObject({ pages: 16_384, isShared: true });
    expect(reserveMemory("own")).toMatchObject({ pages: 16_384, isShared: false });
  });

  test("for memory that is not shared alone, it is taken", () => {
    engineFor(65_536, 0);
    expect(reserveMemory("shared")).toMatchObject({ pages: 65_536, isShared: false });
  });

  test("for none, the error says what to do", () => {
    engineFor(0);
    expect(() => reserveMemory("shared")).toThrow(refusal.replace("GradloomError: ", ""));
  });
});

test.runIf(process.platform === "linux").each([8_000_000, 2_500_000])(
  "a process of %d KB of addresses computes, or is told what to do",
  (limit) => {
    // In one module, as what runs TypeScript takes memory for itself.
    const { outputFiles } = buildSync({
      entryPoints: [fileURLToPath(new URL("three.ts", import.meta.url))],
      bundle: true,
      platform: "node",
      format: "esm",
      conditions: ["@gradloom/source"],
      write: false,
    });
    const outputOf = (...flags: readonly string[]): string => {
      const run = [process.execPath, ...flags, "--input-type=module", "-"];
      const { stdout, stderr } = spawnSync("bash", ["-c", `ulimit -v ${limit}; exec "$@"`, "bash", ...run], {
        encoding: "utf8",
        input: outputFiles[0]!.text,
        timeout: 60_000,
      });
      return stdout + stderr;
    };
    expect(["3\n", `${refusal}\n`]).toContain(outputOf());
    expect(outputOf("--disable-wasm-trap-handler")).toBe("3\n");
  },
);
