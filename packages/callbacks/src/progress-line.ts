import type { Metrics } from "@gradloom/core";

const barWidth = 20;

/** How far training is in an epoch. */
export interface Moment {
  readonly epoch: number;
  readonly epochs: number;
  readonly step: number;
  /** Steps in the epoch, where it is known. */
  readonly steps: number | undefined;
  /** Since the epoch began, in milliseconds. */
  readonly elapsed: number;
}

/** A line within an epoch: `epoch 2/5 ━━━━━━━━━━────────── 31/63 · loss 0.3121 · 4 s left`. */
export function stepLine({ epoch, epochs, step, steps, elapsed }: Moment, metrics: Metrics): string {
  const known = steps !== undefined && steps > 0;
  const place = known ? ` ${bar(step / steps)} ${step}/${steps}` : ` · step ${step}`;
  const left = known ? [`${time(((steps - step) * elapsed) / step)} left`] : [];
  return [`epoch ${epoch}/${epochs}${place}`, ...named(metrics), ...left].join(" · ");
}

/** The line of an epoch that ended: `epoch 2/5 · loss 0.2914 · validation/loss 0.3105 · 7 s`. */
export function epochLine({ epoch, epochs, elapsed }: Omit<Moment, "step" | "steps">, metrics: Metrics): string {
  return [`epoch ${epoch}/${epochs}`, ...named(metrics), time(elapsed)].join(" · ");
}

function named(metrics: Metrics): readonly string[] {
  return Object.entries(metrics).map(([name, value]) => `${name} ${value.toPrecision(4)}`);
}

function bar(share: number): string {
  const done = Math.min(Math.round(share * barWidth), barWidth);
  return "━".repeat(done) + "─".repeat(barWidth - done);
}

/** Seconds below a minute, with a tenth below ten; minutes and seconds beyond. */
function time(milliseconds: number): string {
  const seconds = milliseconds / 1000;
  if (seconds < 59.5) return `${seconds.toFixed(seconds < 9.95 ? 1 : 0)} s`;
  const whole = Math.round(seconds);
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")} min`;
}
