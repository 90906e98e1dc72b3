import { provide } from "./jobs.ts";

provide("shares memory", () => crossOriginIsolated && typeof SharedArrayBuffer !== "undefined");

provide("evaluates text", () => {
  try {
    // oxlint-disable-next-line no-new-func, typescript/no-implied-eval -- whether the page may
    return new Function("return true")() as unknown;
  } catch {
    return false;
  }
});

provide("starts workers from blobs", async () => {
  const address = URL.createObjectURL(new Blob(["postMessage(true)"]));
  try {
    const worker = new Worker(address);
    return await new Promise((resolve) => {
      worker.addEventListener("message", () => resolve(true));
      worker.addEventListener("error", () => resolve(false));
    });
  } catch {
    return false;
  }
});

provide("compiles WebAssembly", () => {
  try {
    return new WebAssembly.Module(Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0)) instanceof WebAssembly.Module;
  } catch {
    return false;
  }
});
