import { nextTurn } from "@gradloom/core/backend";
import type { LinearMemory } from "./linear-memory.ts";

const mebibyte = 2 ** 20;

/** V8 looks for garbage when the arrays outside its heap have grown by 64 MiB. An array that nobody writes to takes address space alone. */
const pressure = 80 * mebibyte;

/** Bytes that get owners before garbage is looked for, at least; `eachMillisecond` more for each millisecond that it took the last time. */
const least = 64 * mebibyte;
const eachMillisecond = 2 * mebibyte;

/** What an owner weighs besides the bytes of its block. */
const ownerBytes = 4096;

/** Milliseconds that a reader waits for the collector: usually, and when more than half of the memory is in use. */
const waits = { usual: 50, short: 1_000 };

/** No block has this address. */
const nowhere = 0;

/**
 * Gives blocks back whose owners nobody refers to any more. Engines do not know of the memory behind such small objects, and tell of them between
 * tasks alone: so when much got owners, an array as large makes the engine look for garbage, and who reads next waits for what it finds.
 */
export class Reclaimer {
  private readonly linear: LinearMemory;
  private readonly owners: FinalizationRegistry<number>;
  /** Bytes that got owners since garbage was last looked for. */
  private placed = 0;
  private usual = least;
  private isDue = false;
  private hasCollected = false;
  private search: Promise<void> | undefined;

  constructor(linear: LinearMemory) {
    this.linear = linear;
    this.owners = new FinalizationRegistry((address) => {
      if (address === nowhere) this.hasCollected = true;
      else this.giveBack(address);
    });
  }

  /** From now on a block is in use as long as somebody refers to its owner. */
  register(owner: object, address: number): void {
    this.owners.register(owner, address, owner);
    this.placed += this.weightOf(address);
    if (this.placed < Math.min(this.usual, this.linear.room / 4)) return;
    this.placed = 0;
    this.isDue = true;
    press();
  }

  /** Gives a block back that its owner does not need any more. */
  release(owner: object, address: number): void {
    this.owners.unregister(owner);
    this.giveBack(address);
  }

  /** Forgets a block that must not be given back. */
  forget(owner: object): void {
    this.owners.unregister(owner);
  }

  private giveBack(address: number): void {
    this.placed = Math.max(0, this.placed - this.weightOf(address));
    this.linear.release(address);
  }

  private weightOf(address: number): number {
    return this.linear.bytesAt(address) + ownerBytes;
  }

  /** What a reader waits for; undefined if little got an owner since the last time. */
  due(): Promise<void> | undefined {
    return this.isDue ? (this.search ??= this.collect()) : undefined;
  }

  /** Lets the engine look for garbage, and tell of it. */
  private async collect(): Promise<void> {
    const start = performance.now();
    const { inUse, room } = this.linear;
    const most = inUse > room ? waits.short : waits.usual;
    let spent = 0;
    this.hasCollected = false;
    this.owners.register({}, nowhere);
    while (!this.hasCollected && spent < most) {
      await nextTurn();
      if (!this.hasCollected) press();
      await nextTurn();
      spent = performance.now() - start;
    }
    this.usual = Math.max(least, spent * eachMillisecond);
    this.isDue = false;
    this.search = undefined;
  }
}

/** Makes the engine look for garbage. */
function press(): void {
  try {
    void new ArrayBuffer(pressure);
  } catch {
    // An engine that has no room has looked.
  }
}
