import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Heap } from "../src/program/heap.ts";

const actions = fc.array(fc.record({ bytes: fc.nat(1000), releases: fc.boolean(), which: fc.nat() }), {
  maxLength: 200,
});

describe.each([
  [16, 0],
  [64, 100],
])("a heap with blocks at multiples of %i, from %i on", (alignment, start) => {
  const first = Math.ceil(start / alignment) * alignment;

  test("has blocks that are aligned and never overlap, and is whole again when all are freed", () => {
    fc.assert(
      fc.property(actions, (list) => {
        const heap = new Heap(alignment, start);
        const blocks: { readonly address: number; readonly bytes: number }[] = [];
        let most = first;
        for (const { bytes, releases, which } of list) {
          if (releases && blocks.length > 0) heap.release(blocks.splice(which % blocks.length, 1)[0]!.address);
          else {
            const address = heap.allocate(bytes);
            expect([address % alignment, address >= first]).toEqual([0, true]);
            expect(address + bytes).toBeLessThanOrEqual(heap.size);
            for (const other of blocks)
              expect(address >= other.address + other.bytes || other.address >= address + bytes).toBe(true);
            blocks.push({ address, bytes: Math.max(1, bytes) });
          }
          most = Math.max(most, ...blocks.map((block) => block.address + block.bytes));
          expect(heap.inUse).toBe(
            blocks.reduce((sum, block) => sum + Math.ceil(block.bytes / alignment) * alignment, 0),
          );
        }
        expect(heap.most).toBe(Math.ceil(most / alignment) * alignment);
        for (const { address } of blocks) heap.release(address);
        expect([heap.size, heap.inUse]).toEqual([first, 0]);
        expect(heap.allocate(5000)).toBe(first);
      }),
    );
  });

  test("takes the smallest free stretch that fits, before it grows; what is left of it stays free", () => {
    const heap = new Heap(alignment, start);
    const [large, , small, , exact, last] = [10, 1, 4, 1, 3, 1].map((lines) => heap.allocate(lines * alignment));
    const end = heap.size;
    for (const address of [large!, small!, exact!]) heap.release(address);
    expect(heap.allocate(3 * alignment - 1)).toBe(exact);
    expect(heap.allocate(2 * alignment + 1)).toBe(small);
    expect(heap.allocate(alignment)).toBe(small! + 3 * alignment);
    expect(heap.allocate(10 * alignment)).toBe(large);
    expect([heap.size, last! + alignment]).toEqual([end, end]);
  });
});
