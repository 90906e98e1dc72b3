import { anyFunction, type Callback, define, type FactoryOf, rule, type StepReport } from "@gradloom/core";
import { metricsOf } from "./metrics-of.ts";
import { epochLine, stepLine } from "./progress-line.ts";

/** Where lines go; `process.stdout` and `process.stderr` of Node are such outputs. */
export interface Output {
  write(text: string): unknown;
  /** Whether it is a terminal, on which a line can be written over. */
  readonly isTTY?: boolean;
  /** Characters in a line of the terminal. */
  readonly columns?: number;
}

/** Options of `progress`. */
export interface ProgressOptions {
  /** The standard output of the process where there is one, otherwise the console. */
  readonly output?: Output;
  /** Milliseconds from some fixed time; `performance.now` if left out. */
  readonly now?: () => number;
}

/** Between two looks at the metrics, in milliseconds: at most ten in a second. */
const interval = 100;
/** To the start of the line; and from here to its end, empty. */
const toStart = "\r";
const clearRest = "\u001b[K";

/** Shows how training goes: on a terminal one line that is written over, elsewhere a line for each epoch. Training never waits for it. */
export const progress: FactoryOf<"callback", ProgressOptions, "progress"> = /*#__PURE__*/ define(
  "callback",
  "progress",
  {
    output: rule(
      "an output, an object with a function write",
      (value) => typeof (value as Output)?.write === "function",
    ),
    now: anyFunction(),
  },
  ({ output = standardOutput(), now = () => performance.now() }: ProgressOptions): Callback => {
    const terminal = output.isTTY === true;
    let epochs = 1;
    let began = 0;
    let looked = -Infinity;
    /** The report whose metrics are being read; those of any other report come too late. */
    let reading: StepReport | undefined;
    const look = async (report: StepReport): Promise<void> => {
      reading = report;
      // What goes wrong with the device is the trainer's to tell.
      const metrics = await report.read().catch(() => undefined);
      if (reading !== report) return;
      reading = undefined;
      if (metrics === undefined) return;
      const line = stepLine({ ...report, epochs, elapsed: now() - began }, metrics);
      output.write(toStart + line.slice(0, (output.columns ?? 80) - 1) + clearRest);
    };
    return {
      onEpochStart(epoch) {
        ({ epochs } = epoch);
        began = now();
        reading = undefined;
      },
      onStep(report) {
        if (!terminal || reading !== undefined || now() - looked < interval) return;
        looked = now();
        void look(report);
      },
      onEpochEnd(report) {
        reading = undefined;
        const line = epochLine({ ...report, elapsed: now() - began }, metricsOf(report));
        output.write(terminal ? `${toStart}${line}${clearRest}\n` : `${line}\n`);
      },
      onTrainFail() {
        reading = undefined;
        if (terminal && looked > -Infinity) output.write("\n");
      },
    };
  },
);

function standardOutput(): Output {
  const { process } = globalThis as { readonly process?: { readonly stdout?: Output } };
  return process?.stdout ?? { write: (text) => console.log(text.trimEnd()) };
}
