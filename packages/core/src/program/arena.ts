/** A stretch of the arena, in bytes. */
export interface Block {
  readonly offset: number;
  readonly bytes: number;
}

const alignment = 16;

/** Plans offsets in one stretch of memory that grows as needed: the smallest free block that fits, neighbours joined when freed. */
export class Arena {
  /** The most that was in use at once. */
  bytes = 0;
  /** The free blocks by where they begin, by where they end, and by their size: large programs have thousands. */
  private readonly starts = new Map<number, Block>();
  private readonly ends = new Map<number, Block>();
  private readonly ofSize = new Map<number, Set<Block>>();
  /** The sizes that there are, from small to large. */
  private readonly sizes: number[] = [];

  allocate(bytes: number): Block {
    const needed = roundUp(bytes);
    const size = this.sizes[this.rankOf(needed)];
    if (size === undefined) return this.grow(needed);
    const block: Block = this.ofSize.get(size)!.values().next().value!;
    const { offset } = block;
    this.take(block);
    if (size > needed) this.add(offset + needed, offset + size);
    return { offset, bytes: needed };
  }

  free({ offset, bytes }: Block): void {
    if (bytes === 0) return;
    const before = this.ends.get(offset);
    const after = this.starts.get(offset + bytes);
    if (before !== undefined) this.take(before);
    if (after !== undefined) this.take(after);
    this.add(before?.offset ?? offset, offset + bytes + (after?.bytes ?? 0));
  }

  private grow(needed: number): Block {
    const last = this.ends.get(this.bytes);
    if (last !== undefined) this.take(last);
    const offset = last?.offset ?? this.bytes;
    this.bytes = offset + needed;
    return { offset, bytes: needed };
  }

  private add(offset: number, end: number): void {
    const block: Block = { offset, bytes: end - offset };
    this.starts.set(offset, block);
    this.ends.set(end, block);
    let same = this.ofSize.get(block.bytes);
    if (same === undefined) {
      this.ofSize.set(block.bytes, (same = new Set()));
      this.sizes.splice(this.rankOf(block.bytes), 0, block.bytes);
    }
    same.add(block);
  }

  private take(block: Block): void {
    const { offset, bytes } = block;
    this.starts.delete(offset);
    this.ends.delete(offset + bytes);
    const same = this.ofSize.get(bytes)!;
    same.delete(block);
    if (same.size > 0) return;
    this.ofSize.delete(bytes);
    this.sizes.splice(this.rankOf(bytes), 1);
  }

  /** How many of the sizes are smaller. */
  private rankOf(bytes: number): number {
    let low = 0;
    let high = this.sizes.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.sizes[middle]! < bytes) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** The blocks that die at an instruction, for its outputs of the same size to take over. */
export class Dying {
  readonly reused: Set<Block> = new Set();
  private readonly bySize = new Map<string, { readonly block: Block; readonly phase: number }[]>();

  /** Notes a block whose bytes are read until a phase. */
  add(block: Block, bytes: number, elementBytes: number, phase: number): void {
    const key = `${bytes} ${elementBytes}`;
    const list = this.bySize.get(key);
    if (list === undefined) this.bySize.set(key, [{ block, phase }]);
    else list.push({ block, phase });
  }

  /** A block for what is written in a phase. */
  reuse(bytes: number, elementBytes: number, phase = 0): Block | undefined {
    const list = this.bySize.get(`${bytes} ${elementBytes}`) ?? [];
    const at = list.findIndex((dead) => dead.phase <= phase);
    if (at < 0) return undefined;
    const { block } = list.splice(at, 1)[0]!;
    this.reused.add(block);
    return block;
  }
}

function roundUp(bytes: number): number {
  return Math.ceil(bytes / alignment) * alignment;
}
