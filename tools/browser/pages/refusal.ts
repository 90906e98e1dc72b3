import { GradloomError, useBestBackend, wasm } from "gradloom";
import { provide } from "./jobs.ts";

provide("the error of the wasm backend", () => {
  try {
    wasm();
    return "none";
  } catch (error) {
    return error instanceof GradloomError ? { code: error.code, message: error.message } : String(error);
  }
});

provide("the best backend", async () => (await useBestBackend()).name);
