import type { GradloomError } from "@gradloom/core";
import {
  type Buffer,
  checkWrite,
  type DType,
  dtypes,
  sizeOf,
  type TensorSpec,
  type TypedArray,
  withRoom,
} from "@gradloom/core/backend";
import type { WorkQueue } from "../threads/work-queue.ts";
import type { LinearMemory, NamedSpec } from "./linear-memory.ts";
import type { Reclaimer } from "./reclaimer.ts";

/** Runs that read a value from JavaScript's memory, copying it each time, before it gets a place of its own. */
const usesBeforeResidence = 8;

/** Where values with a place live, what gives their memory back, and the queue of the workers that use it meanwhile. */
export interface Residence {
  readonly linear: LinearMemory;
  readonly reclaimer: Reclaimer;
  /** Undefined where one thread computes, or if the workers failed. */
  queue: WorkQueue | undefined;
}

/**
 * A value. It lives in JavaScript's memory, which the collector owns, until a program writes it, it is written from outside again, or it was
 * read by many runs; from then on it has a place in WebAssembly memory, which is given back some time after nobody refers to the value. While
 * workers are at work, whoever reads or writes a place joins their queue.
 */
export class WasmBuffer implements Buffer {
  readonly bytes: number;
  readonly dtype: DType;
  private readonly size: number;
  private readonly spec: NamedSpec;
  /** Its place in WebAssembly memory, or 0. */
  address = 0;
  private data: TypedArray | undefined;
  private uses = 0;
  /** Jobs under way that use the place. */
  private users = 0;
  /** Whether it is a result that leaves its place when no job uses it any more. */
  private isPassing = false;
  /** Whether the job that writes it is not known to be over. */
  private isExpected = false;
  /** Why its numbers are lost. */
  private loss: GradloomError | undefined;

  constructor({ shape, dtype, name }: NamedSpec, data?: TypedArray) {
    this.size = sizeOf(shape);
    this.dtype = dtype;
    this.bytes = this.size * dtypes[dtype].bytes;
    // Not the given object, which may be a tensor or a variable that would never be collected.
    this.spec = { shape, dtype, name };
    this.data = data;
  }

  /** A value whose place a job will write, and nobody after it. */
  static expected(spec: TensorSpec, memory: Residence): WasmBuffer {
    const buffer = new WasmBuffer(spec);
    buffer.settle(memory);
    buffer.hold();
    buffer.isExpected = true;
    buffer.isPassing = true;
    return buffer;
  }

  /** A value that the workers copy from an address, maybe the place of another, when they have done what was posted before. */
  static arriving(spec: TensorSpec, from: number, memory: Residence, source?: WasmBuffer): WasmBuffer {
    // First, as posting notes the ends of other jobs, and places that nobody uses are given back then.
    source?.hold();
    const buffer = WasmBuffer.expected(spec, memory);
    memory.queue!.post("copy", 1, [buffer.address, from, buffer.bytes], (error) => {
      source?.letGo(memory);
      buffer.arrive(memory, error);
    });
    return buffer;
  }

  write(values: TypedArray, memory: Residence): void {
    const { linear } = memory;
    checkWrite(this.spec, values);
    const isIdle = idle(memory);
    if (this.address === 0 && this.data === undefined) this.data = withRoom("wasm", this.spec, () => values.slice());
    else if (isIdle) linear.write(this.dtype, this.settle(memory), values);
    else {
      const staged = linear.allocate(this.bytes, this.spec);
      linear.write(this.dtype, staged, values);
      const queue = memory.queue!;
      this.hold();
      queue.post("copy", 1, [this.settle(memory), staged, this.bytes], (error) => {
        this.letGo(memory);
        if (error !== undefined) this.lose(error, memory);
      });
      queue.release(staged);
    }
    if (isIdle) this.renew();
  }

  /** The numbers as they are after what was posted before, in an array that is nobody else's. */
  async read(memory: Residence): Promise<TypedArray> {
    if (idle(memory) || this.address === 0) return this.readNow(memory);
    const read = this.isExpected ? this : this.copy(memory);
    await memory.queue?.done();
    return read.readNow(memory);
  }

  /** The same, waiting for it. */
  readSync(memory: Residence): TypedArray {
    memory.queue?.block();
    return this.readNow(memory);
  }

  /** The same numbers in JavaScript's memory. */
  copy(memory: Residence): WasmBuffer {
    const isIdle = idle(memory);
    if (this.loss !== undefined) {
      const copy = new WasmBuffer(this.spec);
      copy.loss = this.loss;
      return copy;
    }
    if (isIdle || this.address === 0) return new WasmBuffer(this.spec, this.readNow(memory));
    return WasmBuffer.arriving(this.spec, this.address, memory, this);
  }

  /** Gives the value its place, and tells it. */
  settle(memory: Residence): number {
    if (this.address !== 0) return this.address;
    this.address = memory.linear.allocate(this.bytes, this.spec);
    memory.reclaimer.register(this, this.address);
    if (this.data !== undefined) memory.linear.write(this.dtype, this.address, this.data);
    this.data = undefined;
    return this.address;
  }

  /** The numbers, for a run that copies them to working memory; `undefined` if the value has a place, or many runs asked already. */
  valuesToStage(): TypedArray | undefined {
    return this.uses++ < usesBeforeResidence ? this.data : undefined;
  }

  /** A job under way uses the place until it lets go. */
  hold(): void {
    this.users++;
  }

  letGo({ linear, reclaimer }: Residence): void {
    this.users--;
    if (this.users > 0 || !this.isPassing || this.address === 0) return;
    this.isPassing = false;
    try {
      this.data = linear.read(this.dtype, this.address, this.size);
    } catch {
      // JavaScript has no room for the numbers: they stay where they are.
      return;
    }
    reclaimer.release(this, this.address);
    this.address = 0;
  }

  /** It got new numbers on the calling thread; nothing is lost while there are workers. */
  renew(): void {
    this.loss = undefined;
  }

  /** Its numbers were not computed, or not to the end. Its place is nobody's any more: who was to write it may still do so. */
  lose(error: GradloomError, { reclaimer }: Residence): void {
    this.loss = error;
    reclaimer.forget(this);
    this.address = 0;
  }

  /** Throws if the numbers are lost. */
  check(): void {
    if (this.loss !== undefined) throw this.loss;
  }

  /** The job that was expected is over, or given up. */
  arrive(memory: Residence, error?: GradloomError): void {
    this.isExpected = false;
    if (error !== undefined) this.lose(error, memory);
    this.letGo(memory);
  }

  private readNow({ linear }: Residence): TypedArray {
    this.check();
    return withRoom("wasm", this.spec, () => {
      if (this.address !== 0) return linear.read(this.dtype, this.address, this.size);
      return this.data === undefined ? new dtypes[this.dtype].array(this.size) : this.data.slice();
    });
  }
}

/**
 * Whether no worker is at work. Values that arrived meanwhile have moved to JavaScript's memory, and others may turn out to be lost, so it is asked
 * before where a value is and whether it is there.
 */
function idle({ queue }: Residence): boolean {
  return queue === undefined || queue.isIdle;
}
