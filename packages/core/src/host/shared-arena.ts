import { BlockPool } from "./block-pool.ts";
import { type DType, dtypes, type TypedArray } from "../tensor/dtype.ts";

/** One memory for all programs of a backend: nothing in it outlives a run. */
export class SharedArena {
  /** What the arrays are of. */
  buffer: ArrayBuffer = new ArrayBuffer(0);
  private arrays = new Map<DType, TypedArray>();
  private deeper: SharedArena | undefined;
  readonly backend: string;
  readonly pool: BlockPool;

  /** The backend is named in errors. */
  constructor(backend: string, pool: BlockPool = new BlockPool()) {
    this.backend = backend;
    this.pool = pool;
  }

  /** The whole arena as numbers of the dtype. */
  array(dtype: DType): TypedArray {
    let array = this.arrays.get(dtype);
    if (array === undefined) {
      const row = dtypes[dtype];
      array = new row.array(this.buffer, 0, this.buffer.byteLength / row.bytes);
      this.arrays.set(dtype, array);
    }
    return array;
  }

  /** Makes room; what `array` gave before is stale if it had to grow. */
  reserve(bytes: number): void {
    if (bytes > this.buffer.byteLength) this.take(new ArrayBuffer(bytes));
  }

  /** Gives all room back. */
  clear(): void {
    this.take(new ArrayBuffer(0));
  }

  private take(buffer: ArrayBuffer): void {
    this.buffer = buffer;
    this.arrays = new Map();
  }

  /** The arena of programs that run inside programs of this one. */
  get inner(): SharedArena {
    return (this.deeper ??= new SharedArena(this.backend, this.pool));
  }
}
