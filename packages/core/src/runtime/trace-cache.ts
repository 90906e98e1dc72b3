import { mix } from "../tensor/attributes.ts";
import type { Tensor } from "../tensor/tensor.ts";
import type { Trace } from "./trace.ts";

/** The bytes, about, that the traces of a function may keep together. */
const mostBytes = 2 ** 26;

/** The traces of a function by the shapes of their arguments; beyond `bound` bytes the least recently used are forgotten. */
export class TraceCache {
  private readonly buckets = new Map<number, Trace[]>();
  private readonly bound: number;

  constructor(bound: number = mostBytes) {
    this.bound = bound;
  }

  get(inputs: readonly (Tensor | number)[]): Trace | undefined {
    const hash = hashOf(inputs);
    const bucket = this.buckets.get(hash);
    const trace = bucket?.find((known) => known.takes(inputs));
    if (trace !== undefined && this.buckets.size > 1) {
      this.buckets.delete(hash);
      this.buckets.set(hash, bucket!);
    }
    return trace;
  }

  add(inputs: readonly (Tensor | number)[], trace: Trace): void {
    const hash = hashOf(inputs);
    const bucket = [...(this.buckets.get(hash) ?? []), trace];
    this.buckets.delete(hash);
    this.buckets.set(hash, bucket);
    let total = 0;
    for (const traces of this.buckets.values()) total += bytesOf(traces);
    for (const [oldest, traces] of this.buckets) {
      if (total <= this.bound || traces === bucket) return;
      this.buckets.delete(oldest);
      total -= bytesOf(traces);
    }
  }
}

function bytesOf(traces: readonly Trace[]): number {
  return traces.reduce((sum, { bytes }) => sum + bytes, 0);
}

function hashOf(inputs: readonly (Tensor | number)[]): number {
  let hash = inputs.length;
  for (let at = 0; at < inputs.length; at++) {
    const input = inputs[at]!;
    if (typeof input === "number") hash = mix(hash, -1);
    else for (let axis = 0; axis < input.shape.length; axis++) hash = mix(hash, input.shape[axis]!);
    hash = mix(hash, at);
  }
  return hash;
}
