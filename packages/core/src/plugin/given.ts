import { type Rule } from "../errors/options.ts";
import { withArticle, showValue } from "../errors/show-value.ts";
import { rule } from "../errors/rules.ts";
import { type Given, isFactory, originOf } from "./define.ts";
import type { Kind, Kinds } from "./kinds.ts";

/** What the values of core's own kinds are: functions, or objects that have a member of this name. Those of other packages may be either. */
const forms: Readonly<Record<string, string>> = {
  activation: "function",
  constraint: "function",
  initializer: "function",
  loss: "function",
  regularizer: "function",
  schedule: "function",
  layer: "build",
  metric: "amounts",
  optimizer: "links",
  callback: "object",
};

/** A value of a kind: one that a factory of the kind made, or one of unknown origin that has its form. */
/*#__NO_SIDE_EFFECTS__*/
export function valueOfKind<K extends Kind>(kind: K): Rule<Kinds[K]> {
  return { ...rule<Kinds[K]>(withArticle(kind), (value) => isOfKind(kind, value)), show: showOrigin };
}

/** What stands for a value of a kind: the value, a factory, which means its defaults, or a registered name. */
/*#__NO_SIDE_EFFECTS__*/
export function given<K extends Kind>(kind: K): Rule<Given<K>> {
  const holds = (value: unknown): boolean =>
    typeof value === "string" || (isFactory(value) && value.definition.kind === kind) || isOfKind(kind, value);
  return { ...rule<Given<K>>(`${withArticle(kind)} or the name of one`, holds), show: showOrigin };
}

function isOfKind(kind: string, value: unknown): boolean {
  const known = isFactory(value) ? value.definition : originOf(value);
  if (known !== undefined && known.kind !== kind) return false;
  const form = forms[kind];
  if (typeof value === "function") return form === undefined || form === "function";
  if (typeof value !== "object" || value === null) return false;
  return form === undefined || form === "object" || form in value;
}

/** A value by the factory that made it, where one did. */
function showOrigin(value: unknown): string {
  const known = isFactory(value) ? value.definition : originOf(value);
  return known === undefined ? showValue(value) : `the ${known.kind} ${known.name}`;
}
