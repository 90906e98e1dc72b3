/**
 * Places blocks in one stretch of memory that grows as needed, by best fit: each in the smallest free stretch that holds it, and neighbours are
 * joined when they are freed. It plans the arenas of programs, and backends their memory.
 */
export class Heap {
  /** Bytes of the blocks in use, by address. */
  readonly used: Map<number, number> = new Map();
  /** Bytes of all of them. */
  inUse = 0;
  /** The address after the last block, and the highest that it ever was. */
  size: number;
  most: number;
  private readonly alignment: number;
  /** Bytes of the free stretches by where they start, starts by where they end, and starts by how many bytes they have. */
  private readonly free = new Map<number, number>();
  private readonly ends = new Map<number, number>();
  private readonly ofSize = new Map<number, Set<number>>();

  /** Blocks start at multiples of the alignment, the first at or after `start`. */
  constructor(alignment: number, start = 0) {
    this.alignment = alignment;
    this.size = this.roundUp(start);
    this.most = this.size;
  }

  /** The address of a new block of at least one byte. */
  allocate(bytes: number): number {
    const needed = this.roundUp(Math.max(1, bytes));
    let found = Infinity;
    for (const size of this.ofSize.keys()) if (size >= needed && size < found) found = size;
    let address = this.size;
    if (found === Infinity) {
      this.size += needed;
      this.most = Math.max(this.most, this.size);
    } else {
      [address] = this.ofSize.get(found)! as unknown as [number];
      this.take(address);
      if (found > needed) this.add(address + needed, found - needed);
    }
    this.used.set(address, needed);
    this.inUse += needed;
    return address;
  }

  release(address: number): void {
    const bytes = this.used.get(address)!;
    this.used.delete(address);
    this.inUse -= bytes;
    const start = this.ends.get(address) ?? address;
    const end = address + bytes + this.take(address + bytes);
    this.take(start);
    if (end === this.size) this.size = start;
    else this.add(start, end - start);
  }

  private roundUp(bytes: number): number {
    return Math.ceil(bytes / this.alignment) * this.alignment;
  }

  private add(start: number, bytes: number): void {
    this.free.set(start, bytes);
    this.ends.set(start + bytes, start);
    const same = this.ofSize.get(bytes);
    if (same === undefined) this.ofSize.set(bytes, new Set([start]));
    else same.add(start);
  }

  /** Takes the free stretch out that starts somewhere, if there is one; gives its bytes. */
  private take(start: number): number {
    const bytes = this.free.get(start) ?? 0;
    const same = this.ofSize.get(bytes);
    this.free.delete(start);
    this.ends.delete(start + bytes);
    same?.delete(start);
    if (same?.size === 0) this.ofSize.delete(bytes);
    return bytes;
  }
}
