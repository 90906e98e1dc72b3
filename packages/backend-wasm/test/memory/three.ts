// A program that computes 3, or prints why it cannot.
import { add, tensor, useBackend } from "@gradloom/core";
import { wasm } from "../../src/wasm.ts";

try {
  useBackend(wasm({ threads: 1 }));
  console.log(String(await add(tensor([1]), 2).data()));
} catch (error) {
  console.log(`${error}`);
}
