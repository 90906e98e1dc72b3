import { GradloomError } from "../errors/gradloom-error.ts";
import { Scratch } from "./scratch.ts";
import { type DType, dtypes, type TypedArray } from "../tensor/dtype.ts";

/** One memory for all programs of a backend: nothing in it outlives a run. */
export class SharedArena {
  private buffer = new ArrayBuffer(0);
  private arrays = new Map<DType, TypedArray>();
  private deeper: SharedArena | undefined;
  readonly scratch: Scratch;

  constructor(scratch: Scratch = new Scratch()) {
    this.scratch = scratch;
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
    if (bytes <= this.buffer.byteLength) return;
    try {
      this.buffer = new ArrayBuffer(bytes);
    } catch {
      // Why: The intermediate values of a program are planned into one block; its size grows with the batch, and `checkpoint(...)` makes it
      // smaller in training.
      throw new GradloomError(
        "memory",
        `backend: a program needs ${bytes} bytes at once, which the engine does not give; make its tensors smaller or compute in parts with map`,
      );
    }
    this.arrays = new Map();
  }

  get bytes(): number {
    return this.buffer.byteLength;
  }

  /** The arena of programs that run inside programs of this one. */
  get inner(): SharedArena {
    return (this.deeper ??= new SharedArena(this.scratch));
  }
}
