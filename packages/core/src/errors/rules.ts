import { isPlain, type RequiredRule, type Rule } from "./options.ts";

/** A rule from its words and a test. */
/*#__NO_SIDE_EFFECTS__*/
export function rule<Value>(words: string, holds: (value: unknown) => boolean): Rule<Value> {
  return { rule: words, holds: holds as Rule<Value>["holds"] };
}

/** The rule for an option that may not be left out. */
/*#__NO_SIDE_EFFECTS__*/
export function required<Value>(given: Rule<Value>): RequiredRule<Value> {
  return { ...given, required: true };
}

/** A whole number, of `least` or more if that is given, and up to `most`. */
/*#__NO_SIDE_EFFECTS__*/
export function wholeNumber(least?: number, most?: number): Rule<number> {
  if (most === undefined) return atLeast("a whole number", least, Number.isSafeInteger);
  const { holds } = wholeNumber(least);
  return rule(`a whole number from ${least} to ${most}`, (value) => holds(value) && value <= most);
}

/** A finite number, of `least` or more if that is given. */
/*#__NO_SIDE_EFFECTS__*/
export function finiteNumber(least?: number): Rule<number> {
  return atLeast("a finite number", least, Number.isFinite);
}

/*#__NO_SIDE_EFFECTS__*/
function atLeast(words: string, least: number | undefined, holds: (value: unknown) => boolean): Rule<number> {
  if (least === undefined) return rule(words, holds);
  return rule(`${words} of ${least} or more`, (value) => holds(value) && (value as number) >= least);
}

/** A number to divide by, or a limit. */
export const positiveNumber: Rule<number> = /*#__PURE__*/ rule(
  "a finite number above 0",
  (value) => Number.isFinite(value) && (value as number) > 0,
);

/** The part that stays of something that decays. */
export const fraction: Rule<number> = /*#__PURE__*/ rule(
  "a number from 0 to below 1",
  (value) => typeof value === "number" && value >= 0 && value < 1,
);

/** How likely something is. */
export const probability: Rule<number> = /*#__PURE__*/ rule(
  "a number from 0 to 1",
  (value) => typeof value === "number" && value >= 0 && value <= 1,
);

/** Yes or no. */
export const flag: Rule<boolean> = /*#__PURE__*/ rule("true or false", (value) => typeof value === "boolean");

/** A text. */
export const text: Rule<string> = /*#__PURE__*/ rule("a string", (value) => typeof value === "string");

/** One of these names. */
/*#__NO_SIDE_EFFECTS__*/
export function oneOf<const Name extends string>(...names: readonly Name[]): Rule<Name> {
  const words = names.map((name) => JSON.stringify(name));
  const last = words.pop()!;
  return rule(words.length === 0 ? last : `${words.join(", ")} or ${last}`, (value) => names.includes(value as Name));
}

/** A shape: the sizes of axes. */
export const sizes: Rule<readonly number[]> = /*#__PURE__*/ rule(
  "a shape, a list of whole numbers of 0 or more",
  (value) => Array.isArray(value) && value.every((size) => Number.isSafeInteger(size) && size >= 0),
);

/** An axis; whether there is one of that number is told where the tensor is known. */
export const axisNumber: Rule<number> = /*#__PURE__*/ rule(
  "the number of an axis",
  (value) => typeof value === "number",
);

/** One axis or several. */
export const axisNumbers: Rule<number | readonly number[]> = /*#__PURE__*/ rule(
  "the number of an axis or a list of them",
  (value) => typeof value === "number" || (Array.isArray(value) && value.every((axis) => typeof axis === "number")),
);

/** A list, for each entry of which a rule holds. */
/*#__NO_SIDE_EFFECTS__*/
export function listOf<Value>(each: Rule<Value>): Rule<readonly Value[]> {
  return { ...rule<readonly Value[]>("a list", Array.isArray), each };
}

/** A plain object with keys of the user's, for each value of which a rule holds. */
/*#__NO_SIDE_EFFECTS__*/
export function recordOf<Value>(each: Rule<Value>): Rule<Readonly<Record<string, Value>>> {
  return { ...rule<Readonly<Record<string, Value>>>("a plain object", isPlain), each };
}

/** A function, of which nothing else is known. */
/*#__NO_SIDE_EFFECTS__*/
export function anyFunction<Value>(): Rule<Value> {
  return rule("a function", (value) => typeof value === "function");
}

/** Whatever was made by a class, which `words` names. */
/*#__NO_SIDE_EFFECTS__*/
export function instanceOf<Value>(words: string, made: abstract new (...given: never) => Value): Rule<Value> {
  return rule(words, (value) => value instanceof made);
}

/** What one of two rules holds for. */
/*#__NO_SIDE_EFFECTS__*/
export function either<One, Other>(one: Rule<One>, other: Rule<Other>): Rule<One | Other> {
  const both = rule<One | Other>(`${one.rule}, or ${other.rule}`, (value) => one.holds(value) || other.holds(value));
  const show = one.show ?? other.show;
  return show === undefined ? both : { ...both, show };
}

/** Whatever it is: for what other checks look at. */
/*#__NO_SIDE_EFFECTS__*/
export function anything<Value>(): Rule<Value> {
  return rule("given", () => true);
}
