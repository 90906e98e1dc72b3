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
  show?(value: unknown): string;
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
  const given = options as Readonly<Record<string, unknown>>;
  if (!isPlain(given)) throw noOptions(name, rules, given);
  for (const option in given) {
    const value = given[option];
    const rule = rules[option];
    if (rule?.holds === undefined) throw unknownOption(name, rules, option);
    if (value !== undefined) checkValue(name, option, rule, value);
  }
  for (const option in rules) {
    const rule = rules[option]!;
    if (rule.required === true && given[option] === undefined)
      throw new GradloomError("option", `${name}: ${option} is missing; it must be ${rule.rule}`);
  }
}

/** Whether it is an object of no class; one of another realm has that realm's root. */
export function isPlain(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== "object" || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null || isRoot(prototype as object);
}

function isRoot(prototype: object): boolean {
  return Object.getPrototypeOf(prototype) === null && Object.hasOwn(prototype, "isPrototypeOf");
}

/** Throws unless the rule holds for a value; `place` is how the message names it. */
export function checkValue(name: string, place: string, rule: Rule, value: unknown): void {
  if (!rule.holds(value)) {
    const shown = rule.show?.(value) ?? showValue(value);
    throw new GradloomError("option", `${name}: ${place} is ${shown}; it must be ${rule.rule}`);
  }
  const { each } = rule;
  if (each === undefined) return;
  if (Array.isArray(value)) {
    for (let at = 0; at < value.length; at++) checkValue(name, `${place}[${at}]`, each, value[at]);
  } else for (const [key, entry] of Object.entries(value as object)) checkValue(name, `${place}.${key}`, each, entry);
}

function noOptions(name: string, rules: AnyFields, given: unknown): GradloomError {
  return new GradloomError(
    "option",
    `${name}: the options are ${showValue(given)}; they must be a plain object. ${known(rules)}`,
  );
}

function unknownOption(name: string, rules: AnyFields, option: string): GradloomError {
  const meant = nearest(option, Object.keys(rules));
  const question = meant === undefined ? "" : `did you mean ${meant}? `;
  // Why: An option with a wrong name would be ignored in silence, and its default used. The names are those of the table in the guide or of
  // the type; other libraries name some of them differently.
  return new GradloomError("unknown-option", `${name}: no option ${quoted(option)}; ${question}${known(rules)}`);
}

function known(rules: AnyFields): string {
  const names = Object.keys(rules);
  return names.length === 0 ? "It has none" : `It has ${names.join(", ")}`;
}
