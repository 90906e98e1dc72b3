import type { DType, TypedArray } from "@gradloom/core";
import { readSafetensors, type Safetensors, writeSafetensors } from "@gradloom/formats";
import fc from "fast-check";
import { expect, test } from "vitest";
import { entry, fileOf } from "./file-of.ts";

const sample: Safetensors = {
  tensors: new Map([
    ["small", { dtype: "bool" as const, shape: [3], data: Uint8Array.of(1, 0, 1) }],
    ["kernel", { dtype: "float32" as const, shape: [2, 2], data: Float32Array.of(1, -2, Number.NaN, 0.5) }],
    ["count", { dtype: "int32" as const, shape: [], data: Int32Array.of(-7) }],
    ["empty", { dtype: "uint32" as const, shape: [2, 0], data: new Uint32Array(0) }],
    ["exact", { dtype: "float64" as const, shape: [1], data: Float64Array.of(0.1) }],
  ]),
  metadata: new Map([["note", 'a "quoted" ü']]),
};

test("a file is laid out as the format says", () => {
  const bytes = writeSafetensors({
    tensors: new Map([
      ["b", { dtype: "uint8", shape: [2], data: Uint8Array.of(7, 8) }],
      ["a", { dtype: "float32", shape: [1], data: Float32Array.of(1) }],
    ]),
    metadata: new Map([["k", "v"]]),
  });
  const header =
    '{"__metadata__":{"k":"v"},"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"b":{"dtype":"U8","shape":[2],"data_offsets":[4,6]}}';
  const padded = header.padEnd(Math.ceil(header.length / 8) * 8);
  expect([...bytes]).toEqual([
    ...Uint8Array.of(padded.length, 0, 0, 0, 0, 0, 0, 0),
    ...new TextEncoder().encode(padded),
    ...Uint8Array.of(0, 0, 128, 63, 7, 8),
  ]);
});

test("what was written is read, and written again gives the same bytes", () => {
  const bytes = writeSafetensors(sample);
  const read = readSafetensors(bytes);
  expect(new Map(read.tensors)).toEqual(sample.tensors);
  expect(read.metadata).toEqual(sample.metadata);
  expect(writeSafetensors(read)).toEqual(bytes);
});

test("the order in which tensors are given does not change the bytes", () => {
  const reversed = { ...sample, tensors: new Map([...sample.tensors].toReversed()) };
  expect(writeSafetensors(reversed)).toEqual(writeSafetensors(sample));
});

test("a file inside a larger buffer is read wherever it begins", () => {
  const bytes = writeSafetensors(sample);
  for (let offset = 0; offset < 9; offset++) {
    const inside = Buffer.alloc(bytes.length + offset).subarray(offset);
    inside.set(bytes);
    expect(new Map(readSafetensors(inside).tensors)).toEqual(sample.tensors);
  }
});

test("names may be what they like", () => {
  const names = ["__proto__", "constructor", "", 'a\\"b\n', "ü/😀", "0"];
  const tensors = new Map(
    names.map((name, at) => [name, { dtype: "uint8" as const, shape: [1], data: Uint8Array.of(at) }]),
  );
  const read = readSafetensors(writeSafetensors({ tensors, metadata: new Map([["__proto__", "text"]]) }));
  expect(new Map(read.tensors)).toEqual(tensors);
  expect(read.metadata).toEqual(new Map([["__proto__", "text"]]));
  expect(({} as { dtype?: unknown }).dtype).toBeUndefined();
});

test("any tensors go there and back", () => {
  const arrays = fc.oneof(
    fc.float32Array().map((data) => ["float32", data] as const),
    fc.float64Array().map((data) => ["float64", data] as const),
    fc.int32Array().map((data) => ["int32", data] as const),
    fc.uint32Array().map((data) => ["uint32", data] as const),
    fc.uint8Array().map((data) => ["uint8", data] as const),
  );
  const names = fc.string({ unit: "grapheme" }).filter((name) => name !== "__metadata__");
  fc.assert(
    fc.property(
      fc.dictionary(names, arrays),
      fc.dictionary(fc.string({ unit: "grapheme" }), fc.string({ unit: "grapheme" })),
      (given, texts) => {
        const tensors = new Map(
          Object.entries(given).map(([name, [dtype, data]]: [string, readonly [DType, TypedArray]]) => [
            name,
            { dtype, shape: [data.length], data },
          ]),
        );
        const read = readSafetensors(writeSafetensors({ tensors, metadata: new Map(Object.entries(texts)) }));
        expect(new Map(read.tensors)).toEqual(tensors);
        expect(read.metadata).toEqual(new Map(Object.entries(texts)));
      },
    ),
  );
});

test("the files of other writers are read: no padding, no metadata, any order", () => {
  const bytes = fileOf({ b: entry([1], 1, 5), a: entry([1], 0, 1, "U8") }, 5);
  bytes.set([9, 0, 0, 128, 63], bytes.length - 5);
  const { tensors, metadata } = readSafetensors(bytes);
  expect(tensors.get("a")).toEqual({ dtype: "uint8", shape: [1], data: Uint8Array.of(9) });
  expect(tensors.get("b")).toEqual({ dtype: "float32", shape: [1], data: Float32Array.of(1) });
  expect(metadata.size).toBe(0);
});

test("a tensor may not take the name of the texts", () => {
  const tensors = new Map([["__metadata__", { dtype: "uint8" as const, shape: [0], data: new Uint8Array(0) }]]);
  expect(() => writeSafetensors({ tensors, metadata: new Map() })).toThrow(
    "safetensors: a tensor is named __metadata__; the format keeps that name for texts, rename it",
  );
});
