import { GradloomError } from "@gradloom/core";

/** Throws unless the options of an initializer are finite numbers. */
export function checkFinite(name: string, options: Readonly<Record<string, number>>): void {
  for (const [option, value] of Object.entries(options)) {
    if (!Number.isFinite(value))
      throw new GradloomError("initializer-option", `${name}: ${option} is ${value}; it must be a finite number`);
  }
}
