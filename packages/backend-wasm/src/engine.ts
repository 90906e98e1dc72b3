import { GradloomError } from "@gradloom/core";
import { ModuleBuilder, type ModuleOptions } from "./assembler/module-builder.ts";
import { f32x4, v128 } from "./assembler/lanes.ts";

/** What the engine can run; throws where it cannot run WebAssembly, or may not. */
export function detectEngine(): { readonly relaxed: boolean } {
  if (typeof WebAssembly === "undefined") {
    // Why: The engine has no WebAssembly at all: it is very old, or runs without a compiler (a browser's lockdown mode, Node with
    // `--jitless`). `cpu()` computes there; `useBestBackend()` takes it by itself.
    throw new GradloomError("wasm-missing", "wasm: this engine has no WebAssembly; use the cpu backend");
  }
  const plain = probe(false);
  if (!WebAssembly.validate(plain)) {
    // Why: Vector instructions came with Chromium 91, Firefox 89, Safari 16.4 and Node 16.4. Update the engine, or use `cpu()`, which
    // `useBestBackend()` takes by itself.
    throw new GradloomError(
      "wasm-simd",
      "wasm: this engine's WebAssembly has no 128-bit SIMD (every engine since 2023 has); use the cpu backend",
    );
  }
  try {
    new WebAssembly.Module(plain);
  } catch {
    // Why: The page is served with a `Content-Security-Policy` whose `script-src` (or `default-src`) does not have `'wasm-unsafe-eval'`, so
    // the browser compiles no WebAssembly. Add it to that header; `'unsafe-eval'` is not needed. `useBestBackend()` takes `cpu()` instead.
    throw new GradloomError(
      "wasm-blocked",
      "wasm: the page's content security policy forbids WebAssembly; allow it with script-src 'wasm-unsafe-eval', or use the cpu backend",
    );
  }
  return { relaxed: WebAssembly.validate(probe(true)) };
}

/** A module that multiplies and adds vectors. */
function probe(relaxed: boolean): ArrayBuffer {
  const options: ModuleOptions = { memory: { shared: false }, relaxed };
  const module = new ModuleBuilder(options);
  module.define([], undefined, (code) =>
    code.store(v128, 0, code.multiplyAdd(f32x4, f32x4.constant(1), f32x4.constant(2), f32x4.constant(3))),
  );
  return module.bytes();
}
