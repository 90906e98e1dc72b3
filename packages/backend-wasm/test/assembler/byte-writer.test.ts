import { integer, property } from "fast-check";
import { assert, describe, expect, test } from "vitest";
import * as fc from "fast-check";
import { ByteWriter, signed, text, unsigned } from "../../src/assembler/byte-writer.ts";

describe("LEB128", () => {
  test("spells the numbers that standards spell", () => {
    expect(unsigned(624485)).toEqual([0xe5, 0x8e, 0x26]);
    expect(signed(-123456)).toEqual([0xc0, 0xbb, 0x78]);
    expect(unsigned(0)).toEqual([0]);
    expect(signed(63)).toEqual([63]);
    expect(signed(64)).toEqual([0xc0, 0]);
    expect(signed(-64)).toEqual([0x40]);
    expect(signed(-65)).toEqual([0xbf, 0x7f]);
    expect(unsigned(0xffffffff)).toEqual([0xff, 0xff, 0xff, 0xff, 0x0f]);
    expect(signed(-0x80000000)).toEqual([0x80, 0x80, 0x80, 0x80, 0x78]);
  });

  test("is read back as the number it was", () => {
    fc.assert(
      property(integer({ min: 0, max: 0xffffffff }), integer(), (whole, negative) => {
        assert.equal(decode(unsigned(whole)) >>> 0, whole);
        const bytes = signed(negative);
        const sign = (bytes.at(-1)! & 0x40) !== 0 && bytes.length < 5 ? -1 << (7 * bytes.length) : 0;
        assert.equal(decode(bytes) | sign, negative);
      }),
    );
  });
});

function decode(bytes: readonly number[]): number {
  return bytes.reduce((value, byte, at) => value | ((byte & 0x7f) << (7 * at)), 0);
}

describe("ByteWriter", () => {
  test("grows and keeps what was written", () => {
    const writer = new ByteWriter();
    for (let at = 0; at < 3000; at++) writer.byte(at & 0xff);
    writer.write(Array.from({ length: 5000 }, (_, at) => (at * 7) & 0xff));
    expect(writer.length).toBe(8000);
    expect(writer.view()[2999]).toBe(2999 & 0xff);
    expect(writer.view()[7999]).toBe((4999 * 7) & 0xff);
  });

  test("fills in a number in four bytes", () => {
    const writer = new ByteWriter();
    writer.write([1, 0, 0, 0, 0, 2]);
    writer.patch(1, 624485);
    expect(Array.from(writer.view())).toEqual([1, 0xe5, 0x8e, 0xa6, 0x00, 2]);
  });

  test("spells names with their length in bytes", () => {
    expect(text("né")).toEqual([3, 0x6e, 0xc3, 0xa9]);
  });
});
