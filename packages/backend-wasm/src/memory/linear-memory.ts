import { GradloomError } from "@gradloom/core";
import { type DType, dtypes, Heap, inBytes, type TensorSpec, type TypedArray, worded } from "@gradloom/core/backend";
import { controlEnd } from "../threads/control.ts";
import { alignment } from "./alignment.ts";
import { pageBytes, type Reserved, reserveMemory } from "./reserve-memory.ts";

/** Before the first block lie the words by which threads speak; address 0 is no block's. */
const firstAddress: number = 4 * controlEnd;

/** Smaller parts are not named when memory runs out. */
const worthNaming = 2 ** 19;

/** A value, with the name of the variable that it is of, if any. */
export type NamedSpec = TensorSpec & { readonly name?: string | undefined };

/** What a block is for: a value, or words. */
export type Purpose = NamedSpec | string;

/** The one memory of a backend: what its kernels read and write. */
export class LinearMemory {
  readonly memory: WebAssembly.Memory;
  private readonly heap = new Heap(alignment, firstAddress);
  /** What the large blocks are for, for the error when memory runs out. */
  private readonly purposes = new Map<number, Purpose>();
  private readonly arrays = new Map<DType, TypedArray>();

  private readonly pages: number;

  constructor({ memory, pages }: Reserved = reserveMemory("own")) {
    this.memory = memory;
    this.pages = pages;
  }

  /** Bytes of all blocks. */
  get inUse(): number {
    return this.heap.inUse;
  }

  /** Bytes that are in no block. */
  get room(): number {
    return this.pages * pageBytes - this.heap.inUse;
  }

  /** Bytes of a block. */
  bytesAt(address: number): number {
    return this.heap.used.get(address)!;
  }

  /** The address of a new block. It holds anything. */
  allocate(bytes: number, purpose: Purpose): number {
    const address = this.heap.allocate(bytes);
    this.purposes.set(address, purpose);
    try {
      this.reach(this.heap.size);
    } catch {
      const isBeyond = this.heap.size > this.pages * pageBytes;
      this.release(address);
      throw this.exhausted(bytes, purpose, isBeyond ? this.pages * pageBytes : this.memory.buffer.byteLength);
    }
    return address;
  }

  release(address: number): void {
    this.heap.release(address);
    this.purposes.delete(address);
  }

  write(dtype: DType, address: number, values: TypedArray): void {
    const array = this.array(dtype);
    const start = address / dtypes[dtype].bytes;
    if (values.length > 8) array.set(values, start);
    else for (let at = 0; at < values.length; at++) array[start + at] = values[at]!;
  }

  /** The numbers at an address, copied into memory that the JavaScript collector owns. */
  read(dtype: DType, address: number, size: number): TypedArray {
    const array = this.array(dtype);
    const start = address / dtypes[dtype].bytes;
    // Faster than slice, most of all from shared memory.
    if (size > 8) return new dtypes[dtype].array(array.subarray(start, start + size));
    const values = new dtypes[dtype].array(size);
    for (let at = 0; at < size; at++) values[at] = array[start + at]!;
    return values;
  }

  /** The whole memory as numbers of a dtype, until the next allocation. */
  array(dtype: DType): TypedArray {
    let array = this.arrays.get(dtype);
    if (array === undefined) {
      const { buffer } = this.memory;
      const row = dtypes[dtype];
      array = new row.array(buffer, 0, Math.floor(buffer.byteLength / row.bytes));
      this.arrays.set(dtype, array);
    }
    return array;
  }

  /** Grows the memory by at least a quarter until it holds `bytes`. */
  private reach(bytes: number): void {
    const pages = this.memory.buffer.byteLength / pageBytes;
    const needed = Math.ceil(bytes / pageBytes);
    if (needed <= pages) return;
    if (needed > this.pages) throw new RangeError("beyond the end");
    const generous = Math.min(this.pages, Math.max(needed, Math.ceil(pages * 1.25)));
    try {
      this.memory.grow(generous - pages);
    } catch {
      this.memory.grow(needed - pages);
    }
    this.arrays.clear();
  }

  private exhausted(bytes: number, purpose: Purpose, end: number): GradloomError {
    const largest = [...this.heap.used]
      .filter(([, size]) => size >= worthNaming)
      .sort(([, a], [, b]) => b - a)
      .slice(0, 5)
      .map(([address, size]) => `${inBytes(size)} for ${inWords(this.purposes.get(address)!)}`);
    // Why: All values that programs write, and the working memory of the largest program, share one WebAssembly memory, which ends at 4
    // GiB; engines and containers may end it earlier. What nobody refers to any more is given back between tasks, once the garbage
    // collector has run. `await tensor.data()` and the like see to both; a loop without any keeps everything. Smaller batches
    // need less, `checkpoint(...)` keeps less for the gradients, and the largest variables are named.
    return new GradloomError(
      "wasm-memory",
      `wasm: no room for ${inBytes(bytes)} for ${inWords(purpose)}; WebAssembly memory ends at ${inBytes(end)}. The largest parts are ${largest.join(", ") || "small"}. ` +
        "Use smaller batches or variables, or checkpoint(...) to keep less for the gradients; in a loop, await data(): what nobody refers to is given back then",
    );
  }
}

function inWords(purpose: Purpose): string {
  return typeof purpose === "string" ? purpose : worded(purpose);
}
