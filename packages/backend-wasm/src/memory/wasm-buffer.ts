import { type Buffer, type DType, dtypes, sizeOf, type TensorSpec, type TypedArray } from "@gradloom/core/backend";
import type { LinearMemory } from "./linear-memory.ts";

/** Runs that read a value from JavaScript's memory, copying it each time, before it gets a place of its own. */
const usesBeforeResidence = 8;

/**
 * A value. It lives in JavaScript's memory, which the collector owns, until a program writes it, it is written from outside again, or it was
 * read by many runs; from then on it has a place in WebAssembly memory, which is given back some time after nobody refers to the value.
 */
export class WasmBuffer implements Buffer {
  readonly bytes: number;
  readonly dtype: DType;
  private readonly size: number;
  private readonly spec: TensorSpec;
  /** Its place in WebAssembly memory, or 0. */
  address = 0;
  private data: TypedArray | undefined;
  private uses = 0;

  constructor({ shape, dtype }: TensorSpec, data?: TypedArray) {
    this.size = sizeOf(shape);
    this.dtype = dtype;
    this.bytes = this.size * dtypes[dtype].bytes;
    // Not the given object, which may be a tensor or a variable that would never be collected.
    this.spec = { shape, dtype };
    this.data = data;
  }

  write(values: TypedArray, memory: Residence): void {
    if (this.address === 0 && this.data === undefined) this.data = values.slice();
    else memory.linear.write(this.dtype, this.settle(memory), values);
  }

  /** The numbers, in an array that is nobody else's. */
  read({ linear }: Residence): TypedArray {
    if (this.address !== 0) return linear.read(this.dtype, this.address, this.size);
    return this.data === undefined ? new dtypes[this.dtype].array(this.size) : this.data.slice();
  }

  /** The same numbers in JavaScript's memory. */
  copy(memory: Residence): WasmBuffer {
    return new WasmBuffer(this.spec, this.read(memory));
  }

  /** Gives the value its place, and tells it. */
  settle(memory: Residence): number {
    if (this.address !== 0) return this.address;
    this.address = memory.linear.allocate(this.bytes, this.spec);
    memory.release.register(this, this.address);
    if (this.data !== undefined) memory.linear.write(this.dtype, this.address, this.data);
    this.data = undefined;
    return this.address;
  }

  /** The numbers, for a run that copies them to working memory; `undefined` if the value has a place, or many runs asked already. */
  lend(): TypedArray | undefined {
    return this.uses++ < usesBeforeResidence ? this.data : undefined;
  }
}

/** Where values with a place live, and what gives their memory back. */
export interface Residence {
  readonly linear: LinearMemory;
  readonly release: FinalizationRegistry<number>;
}
