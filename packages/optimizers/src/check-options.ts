import { GradloomError } from "@gradloom/core";

/** What an option may be. */
const rules = {
  "decay rate": { text: "a number from 0 to below 1", holds: (value: number) => value >= 0 && value < 1 },
  "positive number": {
    text: "a finite number above 0",
    holds: (value: number) => value > 0 && Number.isFinite(value),
  },
  factor: { text: "a finite number of 0 or more", holds: (value: number) => value >= 0 && Number.isFinite(value) },
} as const;

/** Throws unless the options of `name` are what they may be. */
export function checkOptions(name: string, rule: keyof typeof rules, options: Readonly<Record<string, number>>): void {
  const { text, holds } = rules[rule];
  for (const [option, value] of Object.entries(options)) {
    if (!holds(value))
      throw new GradloomError("optimizer-option", `${name}: ${option} is ${value}; it must be ${text}`);
  }
}
