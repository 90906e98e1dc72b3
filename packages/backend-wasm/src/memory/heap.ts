/** A stretch of free memory. */
interface Free {
  readonly address: number;
  readonly bytes: number;
}

/** Blocks start at multiples of a cache line. */
export const alignment = 64;

/** Hands out blocks of one memory: the smallest free stretch that fits, neighbours joined when freed. */
export class Heap {
  /** Bytes of the blocks in use, by address. */
  readonly used: Map<number, number> = new Map();
  /** Bytes of all of them. */
  inUse = 0;
  private end: number;
  private free: Free[] = [];

  constructor(start: number) {
    this.end = roundUp(start);
  }

  /** The address after the last block. */
  get size(): number {
    return this.end;
  }

  /** The address of a new block of at least one byte. */
  allocate(bytes: number): number {
    const needed = roundUp(Math.max(1, bytes));
    let best = -1;
    for (let at = 0; at < this.free.length; at++) {
      const { bytes: found } = this.free[at]!;
      if (found >= needed && (best < 0 || found < this.free[best]!.bytes)) best = at;
    }
    const address = best < 0 ? this.extend(needed) : this.take(best, needed);
    this.used.set(address, needed);
    this.inUse += needed;
    return address;
  }

  release(address: number): void {
    let start = address;
    const bytes = this.used.get(address)!;
    let stop = address + bytes;
    this.inUse -= bytes;
    this.used.delete(address);
    const at = this.placeOf(address);
    const after = this.free[at];
    const before = this.free[at - 1];
    const joinsAfter = after !== undefined && after.address === stop;
    const joinsBefore = before !== undefined && before.address + before.bytes === start;
    if (joinsAfter) stop += after.bytes;
    if (joinsBefore) start = before.address;
    const replaced = Number(joinsBefore) + Number(joinsAfter);
    const first = joinsBefore ? at - 1 : at;
    if (stop === this.end) {
      this.end = start;
      this.free.splice(first, replaced);
    } else this.free.splice(first, replaced, { address: start, bytes: stop - start });
  }

  private extend(bytes: number): number {
    const address = this.end;
    this.end += bytes;
    return address;
  }

  private take(at: number, bytes: number): number {
    const { address, bytes: found } = this.free[at]!;
    if (found === bytes) this.free.splice(at, 1);
    else this.free[at] = { address: address + bytes, bytes: found - bytes };
    return address;
  }

  /** Where in the list of free stretches, sorted by address, an address belongs. */
  private placeOf(address: number): number {
    let low = 0;
    let high = this.free.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.free[middle]!.address < address) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** So many bytes and those up to the next block. */
export function roundUp(bytes: number): number {
  return Math.ceil(bytes / alignment) * alignment;
}
