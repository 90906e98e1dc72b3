import { array, assert, boolean, integer, property, record } from "fast-check";
import { expect, test } from "vitest";
import { Arena, type Block } from "../src/program/arena.ts";

const steps = array(record({ frees: boolean(), number: integer({ min: 0, max: 400 }) }), { maxLength: 200 });

/** Allocates, or frees one of the blocks in use, at each step. */
function worked(arena: Arena, work: readonly { readonly frees: boolean; readonly number: number }[]): Block[] {
  const used: Block[] = [];
  for (const { frees, number } of work) {
    if (frees && used.length > 0) arena.free(used.splice(number % used.length, 1)[0]!);
    else used.push(arena.allocate(number));
  }
  return used;
}

test("blocks in use do not overlap, and are as large as was asked", () => {
  assert(
    property(steps, (work) => {
      const arena = new Arena();
      const used = worked(arena, work).toSorted((a, b) => a.offset - b.offset || a.bytes - b.bytes);
      let end = 0;
      for (const { offset, bytes } of used) {
        expect(offset).toBeGreaterThanOrEqual(end);
        expect((offset % 16) + (bytes % 16)).toBe(0);
        end = offset + bytes;
      }
      expect(end).toBeLessThanOrEqual(arena.bytes);
    }),
  );
});

test("what is free is one block again, whatever the order in which it was freed", () => {
  assert(
    property(steps, integer({ min: 1, max: 400 }), (work, more) => {
      const arena = new Arena();
      for (const block of worked(arena, work)) arena.free(block);
      const { bytes } = arena;
      const whole = arena.allocate(bytes);
      expect([whole.bytes, arena.bytes]).toEqual([bytes, bytes]);
      arena.free(whole);
      arena.allocate(bytes + more);
      expect(arena.bytes).toBe(Math.ceil((bytes + more) / 16) * 16);
    }),
  );
});

test("the smallest free block that fits is taken, and what is left of it stays free", () => {
  const arena = new Arena();
  const [large, , small, , exact] = [160, 16, 64, 16, 48, 16].map((bytes) => arena.allocate(bytes));
  for (const block of [large!, small!, exact!]) arena.free(block);
  expect(arena.allocate(40)).toEqual(exact);
  expect(arena.allocate(33).offset).toBe(small!.offset);
  expect(arena.allocate(16).offset).toBe(small!.offset + 48);
  expect(arena.allocate(160)).toEqual(large);
  expect(arena.bytes).toBe(320);
});
