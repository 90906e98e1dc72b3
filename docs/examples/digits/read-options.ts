import { parseArgs } from "node:util";
import { backends } from "./backends.ts";

/** What `npm start` can be told. */
export interface DigitsOptions {
  readonly epochs: number;
  readonly batchSize: number;
  readonly hidden: readonly number[];
  readonly learningRate: number;
  readonly l2: number;
  readonly clip: number;
  readonly samples: number;
  readonly seed: number;
  readonly backend: string;
  /** Threads of the backend; its own choice if undefined. */
  readonly threads: number | undefined;
  readonly output: string;
  /** Only predict, with the model of this file. */
  readonly predictFrom: string | undefined;
}

/** An option on the command line: its default, what its value is called, what it does. */
type Row = readonly [fallback: string, value: string, text: string];

const rows = {
  epochs: ["8", "N", "passes over the training digits"],
  "batch-size": ["128", "N", "digits in a step"],
  hidden: ["256,256", "N,N,…", "units of the hidden layers; each after the first has a way around it"],
  "learning-rate": ["0.003", "X", "step size at first; falls to 0 over the training"],
  l2: ["0.0005", "X", "weight of the L2 penalty on the kernels"],
  clip: ["1", "X", "limit of the norm of all gradients together"],
  samples: ["8000", "N", "training digits, a tenth of them for validation; 20 to 8000"],
  seed: ["0", "N", "decides the first weights and the order of the digits"],
  backend: ["wasm", "NAME", `what computes: ${Object.keys(backends).join(", ")}`],
  threads: ["one for each processor, up to 8", "N", "threads of the wasm backend, 1 to 64"],
  output: ["digits.safetensors", "FILE", "where the trained model is saved"],
} satisfies Readonly<Record<string, Row>>;

type Name = keyof typeof rows;

/** A mistake on the command line, in words for whoever typed it. */
export class OptionsError extends Error {}

/** The options of the command line, or "help" where that is asked for; throws an OptionsError. */
export function readOptions(args: readonly string[]): DigitsOptions | "help" {
  const { help, ...values } = parse(args);
  if (help === true) return "help";
  const text = (name: Name): string => values[name] ?? rows[name][0];
  const whole = (name: Name, least: number, most?: number): number => wholeNumber(name, text(name), least, most);
  const backend = oneOf("backend", text("backend"), Object.keys(backends));
  return {
    epochs: whole("epochs", 1),
    batchSize: whole("batch-size", 1),
    hidden: text("hidden")
      .split(",")
      .map((units) => wholeNumber("hidden", units, 1)),
    learningRate: positiveNumber("learning-rate", text("learning-rate")),
    l2: positiveNumber("l2", text("l2")),
    clip: positiveNumber("clip", text("clip")),
    samples: whole("samples", 20, 8000),
    seed: whole("seed", 0),
    backend,
    threads: values.threads === undefined ? undefined : threadsOf(backend, whole("threads", 1, 64)),
    output: text("output"),
    predictFrom: values["predict-from"],
  };
}

/** What `--help` prints. */
export function helpText(): string {
  const names = Object.entries<Row>(rows).map(([name, [fallback, value, text]]) => [
    `--${name} ${value}`,
    `${text} (${fallback})`,
  ]);
  const lines = [...names, ["--help", "this text"]];
  const width = Math.max(...lines.map(([name]) => name!.length));
  return [
    "Trains a network on handwritten digits and shows what it has learnt.",
    "",
    "npm start -- [options]",
    "",
    ...lines.map(([name, text]) => `  ${name!.padEnd(width)}  ${text}`),
  ].join("\n");
}

type Values = Readonly<Partial<Record<Name | "predict-from", string>>> & { readonly help?: boolean };

function parse(args: readonly string[]): Values {
  const texts = Object.fromEntries(
    [...Object.keys(rows), "predict-from"].map((name) => [name, { type: "string" as const }]),
  );
  try {
    return parseArgs({ args: [...args], options: { ...texts, help: { type: "boolean", short: "h" } } })
      .values as Values;
  } catch (error) {
    throw new OptionsError((error as Error).message);
  }
}

function wholeNumber(name: string, text: string, least: number, most: number = Number.MAX_SAFE_INTEGER): number {
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (value >= least && value <= most) return value;
  const range = most === Number.MAX_SAFE_INTEGER ? `of ${least} or more` : `from ${least} to ${most}`;
  throw new OptionsError(`--${name} is "${text}"; it must be a whole number ${range}`);
}

function positiveNumber(name: string, text: string): number {
  const value = text.trim() === "" ? Number.NaN : Number(text);
  if (value > 0 && Number.isFinite(value)) return value;
  throw new OptionsError(`--${name} is "${text}"; it must be a number above 0`);
}

function threadsOf(backend: string, threads: number): number {
  if (backend === "wasm") return threads;
  throw new OptionsError(`--threads is "${threads}"; only the wasm backend has threads, and --backend is "${backend}"`);
}

function oneOf(name: string, text: string, known: readonly string[]): string {
  if (known.includes(text)) return text;
  throw new OptionsError(`--${name} is "${text}"; it must be one of ${known.join(", ")}`);
}
