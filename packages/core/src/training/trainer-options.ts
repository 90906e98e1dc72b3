import type { Fields, RequiredRule, Rule } from "../errors/options.ts";
import { either, instanceOf, listOf, recordOf, required, rule, wholeNumber } from "../errors/rules.ts";
import type { Shapes } from "../model/layer.ts";
import { Model } from "../model/model.ts";
import { anyShapes } from "../model/shapes.ts";
import type { DefaultFactory, Factory } from "../plugin/define.ts";
import { given } from "../plugin/given.ts";
import type { Kind, Kinds } from "../plugin/kinds.ts";
import { type Plugin, type Registrable, registrables } from "../plugin/registry.ts";
import { floatDType } from "../tensor/dtype.ts";
import type { Dataset } from "./contracts.ts";
import type { Accumulation } from "./accumulate.ts";

/** The names of a kind that plugins provide. */
export type NamesOf<Plugins extends readonly Registrable[], K extends Kind> = Plugins[number] extends infer One
  ? One extends Plugin<infer Provided>
    ? NameOf<Provided[number], K>
    : NameOf<One, K>
  : never;

type NameOf<One, K extends Kind> = One extends Factory<K, never, infer Name> ? Name : never;

/** A value, a factory for its defaults, or a name that the plugins provide. */
export type Choice<Plugins extends readonly Registrable[], K extends Kind> =
  | Kinds[K]
  | DefaultFactory<K>
  | NamesOf<Plugins, K>;

/** What a trainer is made of. */
export interface TrainerOptions<Plugins extends readonly Registrable[] = readonly Registrable[]> {
  /** Registers a backend and the names that may be used here and in layers. */
  readonly plugins?: Plugins;
  /** A layer, which is built for `input` (or for the first batch), or a model that is built already. */
  readonly model: Choice<Plugins, "layer"> | Model;
  /** Shape of one sample; the first batch tells it if left out. */
  readonly input?: Shapes;
  /** One, or one for each output. */
  readonly loss: Choice<Plugins, "loss"> | readonly Choice<Plugins, "loss">[];
  readonly optimizer: Choice<Plugins, "optimizer">;
  /** Shown beside the loss, of the first output; by their registered name or by the key given here. */
  readonly metrics?: readonly Choice<Plugins, "metric">[] | Readonly<Record<string, Choice<Plugins, "metric">>>;
  readonly callbacks?: readonly Choice<Plugins, "callback">[];
  /** Decides initial values, the order of samples and every random number; 0 if left out. */
  readonly seed?: number;
  readonly dtype?: "float32" | "float64";
  /** Makes steps of several batches, as `accumulate({ batches: 4 })` says; a step is one batch if left out. */
  readonly accumulation?: Accumulation;
}

/** Their schema; the registry says what is wrong with one of several losses or metrics. */
export const trainerFields: Fields<TrainerOptions> = {
  plugins: registrables,
  model: required(either(given("layer"), instanceOf("a built model", Model))) as RequiredRule<never>,
  input: anyShapes,
  loss: required(either(given("loss"), listOf(given("loss")))) as RequiredRule<never>,
  optimizer: required(given("optimizer")) as RequiredRule<never>,
  metrics: either(listOf(given("metric")), recordOf(given("metric"))) as Rule<never>,
  callbacks: listOf(given("callback")) as Rule<never>,
  seed: wholeNumber(),
  dtype: floatDType,
  accumulation: rule("what accumulate({ batches }) gives", (value) => typeof value === "function"),
};

/** What stops training: an `AbortSignal`, whose own type each environment declares anew. */
export interface AbortSignalLike {
  throwIfAborted(): void;
}

/** How long and on what to train. */
export interface FitOptions<Plugins extends readonly Registrable[] = readonly Registrable[]> {
  /** Passes over the data; 1 if left out. */
  readonly epochs?: number;
  readonly validation?: Dataset;
  readonly callbacks?: readonly Choice<Plugins, "callback">[];
  /** Stops after the step in progress; `fit` then rejects with the signal's reason and keeps what was learnt. */
  readonly signal?: AbortSignalLike;
}

const signal: Rule<AbortSignalLike> = /*#__PURE__*/ rule(
  "an AbortSignal",
  (value) => typeof (value as AbortSignalLike | undefined)?.throwIfAborted === "function",
);

/** The schema of `fit`'s options. */
export const fitFields: Fields<FitOptions> = {
  epochs: wholeNumber(1),
  validation: rule("a dataset", (value) => typeof (value as Dataset | undefined)?.batches === "function"),
  callbacks: listOf(given("callback")) as Rule<never>,
  signal,
};

/** What stops a measurement. */
export interface EvaluateOptions {
  readonly signal?: AbortSignalLike;
}

/** Their schema. */
export const evaluateFields: Fields<EvaluateOptions> = { signal };
