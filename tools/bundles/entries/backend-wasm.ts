// The WebAssembly backend alone, with what it takes from core: what it adds to a program.
import { wasm } from "@gradloom/backend-wasm";

console.log(wasm().threads);
