import type { Backend } from "../backend/backend.ts";
import { GradloomError } from "../errors/gradloom-error.ts";
import { anyBackend } from "../backend/backend-options.ts";
import { anyKernelSet, type KernelSet } from "../backend/kernel-set.ts";
import { checkOptions, checkValue, type Fields, type Rule } from "../errors/options.ts";
import { listOf, required, rule, text } from "../errors/rules.ts";
import { nearest } from "../errors/nearest.ts";
import { quoted } from "../errors/show-value.ts";
import { twoCores } from "../errors/two-cores.ts";
import { type Factory, type Given, isFactory } from "./define.ts";
import { given as ruleOf } from "./given.ts";
import type { Kind, Kinds } from "./kinds.ts";
import { coreVersion, inRange } from "./version.ts";

/** A named set of factories, made for a range of core versions. */
export interface Plugin<Provided extends readonly Factory<Kind, never>[] = readonly Factory<Kind, never>[]> {
  readonly name: string;
  readonly core: string;
  readonly provides: Provided;
  /** Throws unless the core of a registry is the one that the plugin has, and is in the range. */
  verify(registry: typeof Registry): void;
}

/** What can be registered: plugins, single factories, kernels, and backends. */
export type Registrable = Plugin | Factory<Kind, never> | Backend | KernelSet;

/** What may stand in a list of plugins. */
export const registrables: Rule<readonly Registrable[]> = listOf(
  rule<Registrable>(
    "a plugin, a factory made with define(...), kernels or a backend",
    (value) => isFactory(value) || isPlugin(value) || anyBackend.holds(value) || anyKernelSet.holds(value),
  ),
);

const pluginFields: Fields<Omit<Plugin, "verify">> = {
  name: required(text),
  core: required(text),
  provides: required(listOf(rule("a factory made with define(...)", isFactory))),
};

/** Bundles factories under one name; `core` is the range of core versions they were made for, e.g. `^0.1`. */
export function plugin<const Provided extends readonly Factory<Kind, never>[]>(
  options: Omit<Plugin<Provided>, "verify">,
): Plugin<Provided> {
  checkOptions("plugin", pluginFields, options);
  return {
    ...options,
    verify: (registry) => {
      if (registry !== Registry) throw twoCores(`registry: plugin ${options.name}`);
      checkVersion(options);
    },
  };
}

function isPlugin(value: unknown): value is Plugin {
  const { provides, verify } = Object(value) as Partial<Plugin>;
  return Array.isArray(provides) && typeof verify === "function";
}

/** Turns names and recipes into values. Names are unique within a kind. */
export class Registry {
  readonly backends: readonly Backend[];
  /** Kernels for whatever backend is used. */
  readonly kernels: readonly KernelSet[];
  private readonly factories = new Map<string, { readonly factory: Factory<Kind, object>; readonly from: string }>();

  constructor(plugins: readonly Registrable[] = []) {
    checkValue("registry", "plugins", registrables, plugins);
    const backends: Backend[] = [];
    const kernels: KernelSet[] = [];
    for (const entry of plugins) {
      if (isPlugin(entry)) {
        entry.verify(Registry);
        for (const factory of entry.provides)
          this.add(factory as unknown as Factory<Kind, object>, `plugin ${entry.name}`);
      } else if (isFactory(entry)) this.add(entry, "a factory on its own");
      else if (anyKernelSet.holds(entry)) kernels.push(entry);
      else backends.push(entry as Backend);
    }
    if (backends.length > 1) {
      throw new GradloomError(
        "two-backends",
        `registry: ${backends.map(({ name }) => name).join(" and ")} are both given; a model lives on one backend, so leave one out`,
      );
    }
    this.backends = backends;
    this.kernels = kernels;
  }

  private add(factory: Factory<Kind, object>, from: string): void {
    const { kind, name } = factory.definition;
    const key = `${kind} ${name}`;
    const known = this.factories.get(key);
    if (known !== undefined && known.factory !== factory) {
      // Why: Two packages use one name, or one package is installed in two versions: `npm ls` shows which.
      throw new GradloomError(
        "duplicate-plugin",
        `registry: ${known.from} and ${from} both provide the ${kind} "${name}"; names are unique within a kind, leave one out or rename it`,
      );
    }
    this.factories.set(key, { factory, from });
  }

  /** The factory of a name. */
  get<K extends Kind>(kind: K, name: string): Factory<K, object> {
    const known = this.factories.get(`${kind} ${name}`);
    if (known === undefined) {
      const names = [...this.factories.values()]
        .map(({ factory }) => factory.definition)
        .filter((definition) => definition.kind === kind)
        .map((definition) => definition.name);
      const meant = nearest(name, names);
      throw new GradloomError(
        "unknown-name",
        `no ${kind} named ${quoted(name)}${meant === undefined ? "" : ` (did you mean ${meant}?)`}; registered: ${names.join(", ") || "none"}. Pass the plugin that provides it, or the value itself`,
      );
    }
    return known.factory as unknown as Factory<K, object>;
  }

  /** The value that is meant by a value, a factory or a name. */
  resolve<K extends Kind>(kind: K, given: Given<K>): Kinds[K] {
    if (typeof given === "string") return this.get(kind, given).definition.make({});
    checkValue("registry", `the ${kind}`, ruleOf(kind), given);
    return (isFactory(given) ? given.definition.make({}) : given) as Kinds[K];
  }
}

function checkVersion({ name, core }: Pick<Plugin, "name" | "core">): void {
  if (inRange(coreVersion, core)) return;
  // Why: A plugin says which versions of core it was made for. `npm ls @gradloom/core` shows which are installed; update the plugin, or
  // take the core that it names.
  throw new GradloomError(
    "core-version",
    `registry: plugin ${name} was made for core ${core}, this is core ${coreVersion}; install versions that fit`,
  );
}
