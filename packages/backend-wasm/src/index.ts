export { wasm, type WasmOptions } from "./wasm.ts";
