import { GradloomError } from "./gradloom-error.ts";
import { nearest } from "./nearest.ts";
import { quoted, showValue } from "./show-value.ts";

/** What the value of an option must be. */
export interface Rule<Value = unknown> {
  /** In words, as messages end: "it must be a whole number of 1 or more". */
  readonly rule: string;
  holds(value: unknown): value is Value;
  /** What each entry must be, where the value is a list or a record. */
  readonly each?: Rule;
  /** Whether it may not be left out. */
  readonly required?: boolean;
  /** How messages name a value that it does not hold for; by its kind if left out. */
  readonly show?: (value: unknown) => string;
}

/** A rule for what may not be left out. */
export type RequiredRule<Value = unknown> = Rule<Value> & { readonly required: true };

/** The schema of an options object: a rule for each of its keys, `required` for those that may not be left out. */
export type Fields<Options> = {
  readonly [Name in keyof Options]-?: Record<never, never> extends Pick<Options, Name>
    ? Rule<Options[Name]>
    : RequiredRule<Options[Name]>;
};

/** The schema of options that are not known. */
export type AnyFields = Readonly<Record<string, Rule>>;

/**
 * Throws unless the options of `name` are a plain object of known keys, with the required ones, whose values are what the schema says. What
 * is undefined counts as left out.
 */
export function checkOptions<Options extends object>(name: string, fields: Fields<Options>, options: Options): void {
  const rules = fields as unknown as AnyFields;
  const given = options as Readonly<Record<string, unknown>> | undefined;
  if (given !== undefined) {
    if (!isPlain(given)) throw unknown(name, rules, `${showValue(given)} is no plain object`);
    for (const option in given) {
      const rule = rules[option];
      if (rule?.holds === undefined) throw unknown(name, rules, noOption(option, rules));
      const value = given[option];
      if (value !== undefined) checkValue(name, option, rule, value);
    }
  }
  for (const option in rules) {
    const rule = rules[option]!;
    if (rule.required === true && given?.[option] === undefined) throw wrong(name, option, rule, "missing");
  }
  if (given === undefined) throw unknown(name, rules, "undefined is no plain object");
}

/** Whether it is an object of no class, of this realm or another. */
export function isPlain(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== "object" || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null || Object.getPrototypeOf(prototype) === null;
}

/** Throws unless the rule holds for a value; `place` is how the message names it. */
export function checkValue(name: string, place: string, rule: Rule, value: unknown): void {
  if (!rule.holds(value)) {
    throw wrong(name, place, rule, (rule.show ?? showValue)(value));
  }
  const { each } = rule;
  if (each === undefined) return;
  const entries = Array.isArray(value) ? [...(value as readonly unknown[])] : (value as object);
  for (const [key, entry] of Object.entries(entries)) checkValue(name, `${place}[${key}]`, each, entry);
}

function wrong(name: string, place: string, { rule }: Rule, what: string): GradloomError {
  return new GradloomError("option", `${name}: ${place} is ${what}; it must be ${rule}`);
}

function unknown(name: string, rules: AnyFields, problem: string): GradloomError {
  // Why: An option with a wrong name would be ignored in silence, and its default used. Other libraries name some of them differently.
  return new GradloomError("unknown-option", `${name}: ${problem}; it has ${Object.keys(rules).join(", ") || "none"}`);
}

function noOption(option: string, rules: AnyFields): string {
  const meant = nearest(option, Object.keys(rules));
  return `no option ${quoted(option)}${meant === undefined ? "" : ` (did you mean ${meant}?)`}`;
}
