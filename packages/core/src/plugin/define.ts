import { GradloomError } from "../errors/gradloom-error.ts";
import { type AnyFields, checkOptions, checkValue, type Fields, isPlain } from "../errors/options.ts";
import { anyFunction, anything, recordOf, text, wholeNumber } from "../errors/rules.ts";
import { showValue, withArticle } from "../errors/show-value.ts";
import type { Kind, Kinds } from "./kinds.ts";

/** How files refer to a value: what makes it, and from which options. Plain data, so it goes through JSON. */
export interface Recipe {
  readonly kind: string;
  readonly name: string;
  /** Raised when the options change their meaning, see `migrate`. */
  readonly version?: number;
  readonly options: unknown;
}

/** Makes a value from options; they may be left out where all of them may. */
export type Make<K extends Kind, Options> = ((options: Options) => Kinds[K]) &
  (Record<never, never> extends Options ? () => Kinds[K] : unknown);

/** What `define` knows of a factory. */
export interface Definition<K extends Kind = Kind, Options = never, Name extends string = string> {
  readonly kind: K;
  readonly name: Name;
  /** The schema of the options: a rule for each. */
  readonly options: AnyFields;
  readonly version: number;
  readonly migrate: ((options: unknown, version: number) => unknown) | undefined;
  /** The value of such options, however the factory is called. */
  readonly make: (options: Options) => Kinds[K];
}

/** How a value came to be; found by `recipeOf`. */
interface Origin {
  readonly definition: Definition;
  readonly options: unknown;
}

/** Makes values of a kind from options and remembers how. */
export interface Factory<K extends Kind = Kind, Options = never, Name extends string = string> {
  readonly definition: Definition<K, Options, Name>;
}

/** A factory and how it is called: with its options, if nothing else is said. */
export type FactoryOf<K extends Kind, Options, Name extends string = string, Call = Make<K, Options>> = Call &
  Factory<K, Options, Name> &
  (Record<never, never> extends Options ? DefaultFactory<K> : unknown);

/** A factory that stands for the value of its defaults. */
export interface DefaultFactory<K extends Kind> {
  readonly definition: { readonly kind: K; readonly make: () => Kinds[K] };
}

/** Wherever a value of a kind is asked for: the value, its factory (which means its defaults), or its registered name. */
export type Given<K extends Kind> = Kinds[K] | DefaultFactory<K> | (string & {});

const origins = /*#__PURE__*/ new WeakMap<object, Origin>();

/** What a factory may have besides options: a call of its own, and the versions of the options. */
export interface DefineOptions<K extends Kind, Options, Call> {
  /** How the factory is called, made of what makes a value from options: `(make) => (...layers) => make({ layers })`; with options if left out. */
  readonly call?: (make: Make<K, Options>) => Call;
  /** Raised when the options change their meaning; 1 if left out. */
  readonly version?: number;
  /** Makes such options of those of an older version. */
  readonly migrate?: (options: unknown, version: number) => unknown;
}

const defineFields: Fields<DefineOptions<Kind, never, unknown>> = {
  call: anyFunction(),
  version: wholeNumber(1),
  migrate: anyFunction(),
};

/**
 * Declares a plugin: `kind` says where its values fit, `name` how files and registries refer to it, `fields` which options there are; `create`
 * gets options that keep to them.
 */
export function define<K extends Kind, Options extends object, const Name extends string, Call = Make<K, Options>>(
  kind: K,
  name: Name,
  fields: Fields<NoInfer<Options>>,
  create: (options: Options) => Kinds[K],
  more: DefineOptions<K, NoInfer<Options>, Call> = {},
): FactoryOf<K, Options, Name, Call> {
  checkValue("define", "the kind", text, kind);
  checkValue("define", "the name", text, name);
  checkValue("define", "the schema", recordOf(anything()), fields);
  checkValue("define", "create", anyFunction(), create);
  checkOptions("define", defineFields, more as unknown as DefineOptions<Kind, never, unknown>);
  const make = (given: Options = {} as Options): Kinds[K] => {
    checkOptions(name, fields, given);
    const options = kept(given);
    const value: unknown = create(options);
    if (typeof value !== "function" && (typeof value !== "object" || value === null))
      throw new GradloomError(
        "option",
        `${name}: what it makes is ${showValue(value)}; it must be ${withArticle(kind)}`,
      );
    origins.set(value, { definition, options });
    return value as Kinds[K];
  };
  const { call = (plain: unknown) => plain, version = 1, migrate } = more;
  const definition = { kind, name, options: fields as unknown as AnyFields, version, migrate, make };
  return Object.assign(call(make as Make<K, Options>) as object, { definition }) as unknown as FactoryOf<
    K,
    Options,
    Name,
    Call
  >;
}

/** Options with lists of their own: what the caller does with his later reaches neither the value nor its recipe. */
function kept<Options extends object>(options: Options): Options {
  return Object.fromEntries(
    Object.entries(options).map(([name, value]: readonly [string, unknown]) => [
      name,
      Array.isArray(value) ? [...(value as readonly unknown[])] : value,
    ]),
  ) as Options;
}

/** Whether something is a factory that `define` made. */
export function isFactory(value: unknown): value is Factory<Kind, object> {
  return typeof value === "function" && "definition" in value;
}

/** What made a value, if a factory did. */
export function originOf(value: unknown): Definition | undefined {
  return origins.get(value as object)?.definition;
}

/** The registered name of a value, if it was made by a factory. */
export function nameOf(value: object): string | undefined {
  return (isFactory(value) ? value.definition : originOf(value))?.name;
}

/** The most levels of objects and lists in a recipe: what deeper ones would be read with has an end too, the stack. */
export const recipeDepth = 400;

/**
 * The recipe of a value; an error that names the path where a part of it was not made by a factory. A value that is met twice, such as a
 * shared layer, gives the same recipe object twice.
 */
export function recipeOf(value: unknown, path = "value"): Recipe {
  return new RecipeWalk().recipe(value, path, 1);
}

/** Whether it is how a file tells of a value; options may not look like it. */
export function isRecipe(value: object): value is Recipe {
  const { kind, name } = value as Partial<Recipe>;
  return typeof kind === "string" && typeof name === "string" && Object.hasOwn(value, "options");
}

/** The way through a value and all that it was made from. */
class RecipeWalk {
  /** What was met, and how many levels are in it: a level of its own and those of what is shared count wherever it stands. */
  private readonly known = new Map<unknown, { readonly copy: unknown; readonly levels: number }>();
  private deepest = 0;

  recipe(value: unknown, path: string, depth: number): Recipe {
    if (isFactory(value)) return this.recipe(value.definition.make({}), path, depth);
    return this.once(value, path, depth, () => {
      const origin = origins.get(value as object);
      if (origin === undefined) throw noRecipe(value, path);
      const { kind, name, version } = origin.definition;
      const options = this.plain(origin.options, `${path}.${name}`, depth + 1);
      return version === 1 ? { kind, name, options } : { kind, name, version, options };
    });
  }

  private plain(value: unknown, path: string, depth: number): unknown {
    if (typeof value !== "function" && (typeof value !== "object" || value === null || ArrayBuffer.isView(value)))
      return value;
    if (Array.isArray(value)) {
      const list = value as readonly unknown[];
      return this.once(list, path, depth, () =>
        Array.from(list, (entry, at) => this.plain(entry, `${path}[${at}]`, depth + 1)),
      );
    }
    if (!isPlain(value) || origins.has(value)) return this.recipe(value, path, depth);
    if (isRecipe(value)) throw likeRecipe(path);
    return this.once(value, path, depth, () =>
      Object.fromEntries(
        Object.entries(value)
          .filter(([, entry]) => entry !== undefined)
          .map(([name, entry]) => [name, this.plain(entry, `${path}.${name}`, depth + 1)]),
      ),
    );
  }

  /** What `copy` gives for a value that was not met before. */
  private once<Copy>(value: unknown, path: string, depth: number, copy: () => Copy): Copy {
    const outer = this.deepest;
    const known = this.known.get(value);
    this.deepest = depth + (known?.levels ?? 0);
    if (this.deepest > recipeDepth) throw tooDeep(path);
    const made = known === undefined ? copy() : (known.copy as Copy);
    if (known === undefined) this.known.set(value, { copy: made, levels: this.deepest - depth });
    this.deepest = Math.max(outer, this.deepest);
    return made;
  }
}

function noRecipe(value: unknown, path: string): GradloomError {
  return new GradloomError(
    "no-recipe",
    `recipe: ${path} is ${typeof value === "function" ? "a function" : `a value (${typeof value})`} that no factory made; make it with define(...) so that ` +
      "a file can refer to it, or save the weights alone",
  );
}

function likeRecipe(path: string): GradloomError {
  return new GradloomError(
    "no-recipe",
    `recipe: ${path} has the keys kind, name and options, by which a file tells of a value that a factory made; rename one of them`,
  );
}

function tooDeep(path: string): GradloomError {
  return new GradloomError(
    "recipe-depth",
    `recipe: ${showValue(path)} is nested more than ${recipeDepth} deep, or holds itself; nest layers and options less deeply, or save the weights alone`,
  );
}
