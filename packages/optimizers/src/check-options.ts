import { GradloomError } from "@gradloom/core";

/** What an option may be, in words and as a test. */
type Rule = readonly [text: string, holds: (value: number) => boolean];

/** The part that stays of something that decays. */
export const decayRate: Rule = ["a number from 0 to below 1", (value) => value >= 0 && value < 1];
/** A limit, or a number to divide by. */
export const positiveNumber: Rule = ["a finite number above 0", (value) => value > 0 && value < Infinity];
/** What something is multiplied by. */
export const factor: Rule = ["a finite number of 0 or more", (value) => value >= 0 && value < Infinity];

/** Throws unless the options of `name` are what the rule says. */
export function checkOptions(name: string, [text, holds]: Rule, options: Readonly<Record<string, number>>): void {
  for (const [option, value] of Object.entries(options)) {
    if (!holds(value))
      throw new GradloomError("optimizer-option", `${name}: ${option} is ${value}; it must be ${text}`);
  }
}
