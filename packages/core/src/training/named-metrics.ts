import { GradloomError } from "../errors/gradloom-error.ts";
import { checkValue, type Rule } from "../errors/options.ts";
import { rule } from "../errors/rules.ts";
import { checkName } from "../model/check-name.ts";
import { type Given, nameOf } from "../plugin/define.ts";
import type { Registry } from "../plugin/registry.ts";
import type { Metric } from "./contracts.ts";

const metricRule: Rule<Metric> = /*#__PURE__*/ rule(
  "a metric: statistics, one or more shapes by name, amounts and result",
  (value) => {
    const { statistics, amounts, result } = Object(value) as Partial<Metric>;
    const shapes = Object.values(Object(statistics) as object);
    return (
      shapes.length > 0 && shapes.every(Array.isArray) && [amounts, result].every((one) => typeof one === "function")
    );
  },
);

/** Metrics, each with the one name that it is shown under. */
export type NamedMetrics = readonly (readonly [name: string, metric: Metric])[];

/** The metrics of a list, by their registered names, or of a record, by its keys. */
export function namedMetrics(
  given: readonly Given<"metric">[] | Readonly<Record<string, Given<"metric">>>,
  registry: Registry,
): NamedMetrics {
  const named: (readonly [string, Metric])[] = Array.isArray(given)
    ? (given as readonly Given<"metric">[]).map((one, at) => {
        const metric = registry.resolve("metric", one);
        return [(metric && nameOf(metric)) ?? `metric${at}`, metric];
      })
    : Object.entries(given).map(([name, one]) => [name, registry.resolve("metric", one as Given<"metric">)]);
  // The loss is among the metrics of every report.
  const taken = new Set(["loss"]);
  for (const [name, metric] of named) {
    checkName("metric", name);
    checkValue("trainer", `metric ${name}`, metricRule, metric);
    if (taken.has(name)) {
      // Why: Metrics are told apart by their names in reports. A list takes the names of the factories, which do not tell options apart;
      // `loss` is what training lowers, penalties included.
      throw new GradloomError(
        "metric-name",
        `trainer: two metrics are called ${name}; give each a name of its own, e.g. metrics: { first: …, second: … }`,
      );
    }
    taken.add(name);
  }
  return named;
}
