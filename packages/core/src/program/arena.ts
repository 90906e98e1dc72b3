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
  private unused: Block[] = [];

  allocate(bytes: number): Block {
    const needed = roundUp(bytes);
    let best = -1;
    for (let at = 0; at < this.unused.length; at++) {
      const block = this.unused[at]!;
      if (block.bytes >= needed && (best < 0 || block.bytes < this.unused[best]!.bytes)) best = at;
    }
    if (best < 0) return this.grow(needed);
    const { offset, bytes: found } = this.unused[best]!;
    if (found === needed) this.unused.splice(best, 1);
    else this.unused[best] = { offset: offset + needed, bytes: found - needed };
    return { offset, bytes: needed };
  }

  free(block: Block): void {
    if (block.bytes === 0) return;
    const at = this.placeOf(block.offset);
    const before = this.unused[at - 1];
    const after = this.unused[at];
    const joinsBefore = before !== undefined && before.offset + before.bytes === block.offset;
    const joinsAfter = after !== undefined && block.offset + block.bytes === after.offset;
    const offset = joinsBefore ? before.offset : block.offset;
    const end = joinsAfter ? after.offset + after.bytes : block.offset + block.bytes;
    this.unused.splice(at - (joinsBefore ? 1 : 0), Number(joinsBefore) + Number(joinsAfter), {
      offset,
      bytes: end - offset,
    });
  }

  private grow(needed: number): Block {
    const last = this.unused.at(-1);
    const joins = last !== undefined && last.offset + last.bytes === this.bytes;
    const offset = joins ? this.unused.pop()!.offset : this.bytes;
    this.bytes = offset + needed;
    return { offset, bytes: needed };
  }

  /** Where in the list of free blocks, sorted by offset, an offset belongs. */
  private placeOf(offset: number): number {
    let low = 0;
    let high = this.unused.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.unused[middle]!.offset < offset) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** The blocks that die at an instruction, for its outputs of the same size to take over. */
export class Dying {
  readonly reused: Set<Block> = new Set();
  private readonly bySize = new Map<string, { readonly block: Block; readonly phase: number }[]>();

  /** Notes a block with so many bytes that are read until a phase. */
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
