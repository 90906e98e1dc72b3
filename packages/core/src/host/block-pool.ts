import { type DType, dtypes, type TypedArray } from "../tensor/dtype.ts";

/** Elements per block: a handful of float32 blocks stay in the first-level cache. */
export const blockSize = 1024;

/** Blocks of numbers for work that nothing outlives: the same ones for every group of a backend. */
export class BlockPool {
  private readonly all = new Map<DType, TypedArray[]>();

  /** The blocks of a dtype, made when they are first asked for. */
  block(dtype: DType, at: number): TypedArray {
    let blocks = this.all.get(dtype);
    if (blocks === undefined) this.all.set(dtype, (blocks = []));
    return (blocks[at] ??= new dtypes[dtype].array(blockSize));
  }
}

/** Blocks of a pool for one group: each belongs to one holder at a time. */
export class Blocks {
  private readonly pool: BlockPool;
  private readonly taken = new Map<DType, number>();
  private readonly unused = new Map<DType, TypedArray[]>();

  constructor(pool: BlockPool) {
    this.pool = pool;
  }

  take(dtype: DType): TypedArray {
    const block = this.unused.get(dtype)?.pop();
    if (block !== undefined) return block;
    const at = this.taken.get(dtype) ?? 0;
    this.taken.set(dtype, at + 1);
    return this.pool.block(dtype, at);
  }

  giveBack(dtype: DType, block: TypedArray): void {
    const blocks = this.unused.get(dtype);
    if (blocks === undefined) this.unused.set(dtype, [block]);
    else blocks.push(block);
  }
}
