import { GradloomError } from "../errors/gradloom-error.ts";
import type { Device } from "./graph.ts";

let defaultDevice: Device | undefined;

/** The device for work that belongs to none yet; set once by the program, or by the umbrella at the first read. */
export function setDefaultDevice(device: Device | undefined): void {
  defaultDevice = device;
}

/** The same, if it was set. */
export function findDefaultDevice(): Device | undefined {
  return defaultDevice;
}

/** The device for work that belongs to none yet. */
export function getDefaultDevice(): Device {
  if (defaultDevice === undefined) {
    // Why: Nothing is chosen by an import. `await useBestBackend()` of the gradloom package sets the best one that works here; a Trainer
    // gets its backend as one of its plugins, e.g. `wasm()`.
    throw new GradloomError(
      "no-backend",
      "no backend to compute on: call useBackend(cpu()) once, or give the Trainer a backend",
    );
  }
  return defaultDevice;
}
