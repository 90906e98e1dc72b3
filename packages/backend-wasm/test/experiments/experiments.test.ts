import type * as backendWasm from "@gradloom/backend-wasm";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { detectEngine } from "../../src/engine.ts";
import type { OpenLibrary } from "../../src/experiments/experiment.ts";
import { LinearMemory } from "../../src/memory/linear-memory.ts";
import { Library, type Linked } from "../../src/program/library.ts";

const warn = vi.spyOn(console, "warn").mockReturnValue();
let relaxedSimd: (typeof backendWasm)["relaxedSimd"];
let revectorize: (typeof backendWasm)["revectorize"];
let wasm: (typeof backendWasm)["wasm"];
// What is told once in a process is told once in a test.
beforeEach(async () => {
  warn.mockClear();
  vi.resetModules();
  ({ relaxedSimd, revectorize, wasm } = await import("@gradloom/backend-wasm"));
});
afterEach(() => vi.unstubAllGlobals());

/** An engine of that version whose flags change nothing; what was set. */
function fakeFlags(version: string): string[] {
  const set: string[] = [];
  vi.stubGlobal("process", {
    versions: { v8: version },
    getBuiltinModule: () => ({ setFlagsFromString: (flag: string) => set.push(flag) }),
  });
  return set;
}

type Run = Linked["run"];

/** No program is divided. */
const never = { call: Infinity, body: Infinity, program: Infinity, byte: 0 };

/** A library whose functions are changed after they were linked. */
class ChangedLibrary extends Library {
  readonly wide: boolean;
  private readonly change: (run: Run) => Run;

  constructor(linear: LinearMemory, wide: boolean, change: (run: Run) => Run) {
    super({ memory: { shared: false }, relaxed: detectEngine().relaxed, wide }, linear.memory, 1, never);
    this.wide = wide;
    this.change = change;
  }

  override link(...given: Parameters<Library["link"]>): Linked {
    const linked = super.link(...given);
    return { ...linked, run: this.change(linked.run) };
  }
}

/** What comes of `revectorize` where the wide or the usual product is changed. */
function outcome(
  changed: "wide" | "usual",
  change: (run: Run, linear: LinearMemory) => Run,
): ChangedLibrary | undefined {
  const linear = new LinearMemory();
  const open: OpenLibrary = (wide) =>
    new ChangedLibrary(linear, wide, (run) => (wide === (changed === "wide") ? change(run, linear) : run));
  return revectorize.library!(open, linear) as ChangedLibrary | undefined;
}

/** Takes many times as long. */
const slowed =
  (run: Run): Run =>
  (...given) => {
    for (let at = 0; at < 20; at++) run(...given);
  };

describe("revectorize", () => {
  test.each([[{ versions: { v8: "12.4.254" } }], [{ versions: {} }], [undefined]])(
    "is given up with one warning for all backends where process is %j, without flags of V8",
    (process) => {
      vi.stubGlobal("process", process);
      for (let made = 0; made < 2; made++) expect(wasm({ experiments: [revectorize] }).experiments).toEqual([]);
      expect(warn.mock.calls).toEqual([
        ["wasm: this engine has no flags of V8 13 (Node 24) or newer; going on without revectorize"],
      ]);
    },
  );

  test("is given up with a warning where products become no faster", () => {
    fakeFlags("13.6");
    expect(outcome("wide", slowed)).toBeUndefined();
    expect(warn.mock.calls).toEqual([["wasm: products did not become faster; going on without revectorize"]]);
  });

  test("is given up with a warning where a product is wrong in a single number", () => {
    fakeFlags("13.6");
    let calls = 0;
    const wrong = (run: Run, linear: LinearMemory): Run => {
      return (arena, slots, ...threads) => {
        run(arena, slots, ...threads);
        const y = linear.array("uint32")[slots / 4 + 2]! / 4;
        if (++calls === 50) linear.array("float32")[y + 3]! += 1;
      };
    };
    expect(outcome("wide", wrong)).toBeUndefined();
    expect(calls).toBeGreaterThan(50);
    expect(warn.mock.calls).toEqual([["wasm: this engine gets 256-bit products wrong; going on without revectorize"]]);
  });

  test("is given up with a warning where a product writes past its end", () => {
    fakeFlags("13.6");
    const long = (run: Run, linear: LinearMemory): Run => {
      return (arena, slots, ...threads) => {
        run(arena, slots, ...threads);
        const [y = 0, rows = 0, , columns = 0] = linear.array("uint32").subarray(slots / 4 + 2);
        linear.array("float32")[y / 4 + rows * columns] = 0;
      };
    };
    expect(outcome("wide", long)).toBeUndefined();
    expect(warn).toHaveBeenCalledTimes(1);
  });

  test("is used where products are right and faster, and leaves flags as they were", () => {
    const set = fakeFlags("13.6");
    expect(outcome("usual", slowed)?.wide).toBe(true);
    expect(warn).not.toHaveBeenCalled();
    expect(set).toEqual([
      "--wasm-sync-tier-up",
      "--wasm-tiering-budget=1",
      "--experimental-wasm-revectorize",
      "--no-experimental-wasm-revectorize",
      "--no-wasm-sync-tier-up",
      "--wasm-tiering-budget=13000000",
    ]);
  });

  test("is given up with a warning where the host refuses to set flags", () => {
    vi.stubGlobal("process", {
      versions: { v8: "13.6" },
      getBuiltinModule: () => ({
        setFlagsFromString() {
          throw new Error("not implemented");
        },
      }),
    });
    expect(outcome("wide", slowed)).toBeUndefined();
    expect(warn.mock.calls).toEqual([["wasm: products did not become faster; going on without revectorize"]]);
  });

  test("leaves flags as they were where compiling fails", () => {
    const set = fakeFlags("13.6");
    const broken = (): Run => () => {
      throw new Error("broken");
    };
    expect(() => outcome("wide", broken)).toThrow("broken");
    expect(set.at(-1)).toBe("--wasm-tiering-budget=13000000");
  });
});

test("a backend tells which experiments are in force", () => {
  const set = fakeFlags("11.3");
  const validate = vi.spyOn(WebAssembly, "validate").mockReturnValue(true);
  const experiments = [revectorize, relaxedSimd];
  const told = [{}, { experiments }, { experiments, relaxed: false }].map(
    (options) => wasm({ threads: 1, ...options }).experiments,
  );
  validate.mockRestore();
  expect(told).toEqual([[], ["relaxedSimd"], []]);
  expect(set).toEqual([]);
});

describe("relaxedSimd", () => {
  test("does nothing where the engine has relaxed SIMD", () => {
    const set = fakeFlags("11.3");
    const validate = vi.spyOn(WebAssembly, "validate").mockReturnValue(true);
    expect(relaxedSimd.begin!(true)).toBe(true);
    validate.mockRestore();
    expect(set).toEqual([]);
    expect(warn).not.toHaveBeenCalled();
  });

  test("sets the flag, and warns where it does not help", () => {
    const set = fakeFlags("11.3");
    let checks = 0;
    const validate = vi.spyOn(WebAssembly, "validate").mockImplementation(() => checks++ % 2 === 0);
    expect(relaxedSimd.begin!(true)).toBe(false);
    validate.mockRestore();
    expect(set).toEqual(["--experimental-wasm-relaxed-simd"]);
    expect(warn.mock.calls).toEqual([["wasm: this engine has no flag for relaxed SIMD; going on without relaxedSimd"]]);
  });
});
