import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { alignment, Heap } from "../../src/memory/heap.ts";

describe("Heap", () => {
  test("blocks are aligned, never overlap, and all memory comes back", () => {
    const actions = fc.array(fc.record({ bytes: fc.nat(1000), releases: fc.boolean(), which: fc.nat() }), {
      maxLength: 200,
    });
    fc.assert(
      fc.property(actions, (list) => {
        const heap = new Heap(64);
        const blocks: { readonly address: number; readonly bytes: number }[] = [];
        for (const { bytes, releases, which } of list) {
          if (releases && blocks.length > 0) heap.release(blocks.splice(which % blocks.length, 1)[0]!.address);
          else {
            const address = heap.allocate(bytes);
            expect(address % alignment).toBe(0);
            expect(address + bytes).toBeLessThanOrEqual(heap.size);
            for (const other of blocks)
              expect(address >= other.address + other.bytes || other.address >= address + bytes).toBe(true);
            blocks.push({ address, bytes: Math.max(1, bytes) });
          }
        }
        for (const { address } of blocks) heap.release(address);
        expect(heap.size).toBe(64);
      }),
    );
  });

  test("a freed block is used again before memory grows", () => {
    const heap = new Heap(64);
    const [first, second] = [heap.allocate(1000), heap.allocate(100)];
    const end = heap.size;
    heap.release(first);
    expect(heap.allocate(960)).toBe(first);
    expect(heap.size).toBe(end);
    expect(second).toBeGreaterThan(first);
  });

  test("the smallest stretch that fits is taken", () => {
    const heap = new Heap(64);
    const blocks = [640, 64, 128, 64].map((bytes) => heap.allocate(bytes));
    heap.release(blocks[0]!);
    heap.release(blocks[2]!);
    expect(heap.allocate(100)).toBe(blocks[2]);
  });
});
