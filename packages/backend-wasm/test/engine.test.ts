import { wasm } from "@gradloom/backend-wasm";
import { afterEach, describe, expect, test, vi } from "vitest";

describe("an engine that cannot run the backend", () => {
  afterEach(() => vi.restoreAllMocks());

  test("because it has no WebAssembly, is named", () => {
    vi.stubGlobal("WebAssembly", undefined);
    expect(wasm).toThrow("wasm: this engine has no WebAssembly; use the cpu backend");
    vi.unstubAllGlobals();
  });

  test("because it has no SIMD, is named", () => {
    vi.spyOn(WebAssembly, "validate").mockReturnValue(false);
    expect(wasm).toThrow("wasm: this engine's WebAssembly has no 128-bit SIMD");
  });

  test("because the page forbids it, is told the directive", () => {
    vi.spyOn(WebAssembly, "Module").mockImplementation(function () {
      throw new WebAssembly.CompileError("blocked by CSP");
    });
    expect(wasm).toThrow(
      "wasm: the page's content security policy forbids WebAssembly; allow it with script-src 'wasm-unsafe-eval', or use the cpu backend",
    );
  });
});

test.each([
  [0, "0"],
  [-1, "-1"],
  [1.5, "1.5"],
  [65, "65"],
  [Number.NaN, "NaN"],
  ["2", '"2"'],
])("%s threads are refused", (threads, shown) => {
  expect(() => wasm({ threads: threads as number })).toThrow(
    `wasm: threads is ${shown}; it must be a whole number from 1 to 64`,
  );
});

test.each([
  [null, "experiments is null; it must be a list"],
  ["revectorize", 'experiments is "revectorize"; it must be a list'],
  [
    ["revectorize"],
    'experiments[0] is "revectorize"; it must be an experiment that is imported, such as revectorize of @gradloom/backend-wasm',
  ],
  [
    [{}],
    "experiments[0] is an object; it must be an experiment that is imported, such as revectorize of @gradloom/backend-wasm",
  ],
])("%j is no list of experiments", (experiments, problem) => {
  expect(() => wasm({ experiments: experiments as never })).toThrow(`wasm: ${problem}`);
});
