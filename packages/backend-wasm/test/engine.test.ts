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

test.each([0, -1, 1.5, Number.NaN])("%s threads are refused", (threads) => {
  expect(() => wasm({ threads })).toThrow(`wasm: threads is ${threads}; it must be a whole number of 1 or more`);
});
