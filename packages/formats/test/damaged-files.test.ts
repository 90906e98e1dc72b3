import { GradloomError } from "@gradloom/core";
import { readSafetensors } from "@gradloom/formats";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { entry, fileOf } from "./file-of.ts";

const foreign = (problem: string): string =>
  `safetensors: this is not a safetensors file: ${problem}; give the bytes of a .safetensors file`;
const cutOff = (length: number, what: string, wanted: number): string =>
  `safetensors: the file ends after ${length} bytes ${what}, at least ${wanted} must be there; it is cut off, get it again`;
const beyond = (limit: string, advice: string): string =>
  `safetensors: more than ${limit}, the limit for files that are saved or loaded; ${advice}`;
const damaged = (problem: string): string => `safetensors: ${problem}; the file is damaged, get it again`;
const expected = (found: string, at: number, wanted: string): string =>
  damaged(`the header has ${found} at character ${at} where ${wanted} must be`);
const whole = "a whole number below 2^53";

const rows: readonly (readonly [title: string, bytes: Uint8Array, code: string, message: string])[] = [
  ["an empty file", new Uint8Array(0), "file-truncated", cutOff(0, "in all", 8)],
  ["seven bytes", new Uint8Array(7), "file-truncated", cutOff(7, "in all", 8)],
  [
    "a header of 2^64 - 1 bytes",
    fileOf("{}", 0, 2n ** 64n - 1n),
    "file-truncated",
    cutOff(10, "in all", 18446744073709552000),
  ],
  [
    "a header one byte too long",
    fileOf("{}".padEnd(2 ** 25 + 1)),
    "file-limit",
    beyond("33554432 bytes of header", "shorten names and options"),
  ],
  ["a header that goes beyond the file", fileOf("{}", 0, 60n), "file-truncated", cutOff(10, "in all", 68)],
  ["no header", fileOf(""), "file-corrupt", expected("its end", 0, '"{"')],
  ["a list as header", fileOf("[]"), "file-foreign", foreign('its header does not begin with "{"')],
  ["a byte order mark", fileOf("\uFEFF{}"), "file-foreign", foreign('its header does not begin with "{"')],
  ["space before the header", fileOf(" {}"), "file-foreign", foreign('its header does not begin with "{"')],
  [
    "bytes that are not UTF-8",
    fileOf(Uint8Array.of(0x7b, 0xff, 0x7d)),
    "file-corrupt",
    damaged("the header is not UTF-8"),
  ],
  ["half a header", fileOf("{"), "file-corrupt", expected("its end", 1, "a string")],
  ["two headers", fileOf("{}{}"), "file-corrupt", expected('"{}"', 2, "the end of the header")],
  ["deep nesting", fileOf(`{"a":${"[".repeat(100_000)}`), "file-corrupt", expected('"[[[[[[[[[[[["', 5, '"{"')],
  [
    "a string with a raw line break",
    fileOf('{"a\n":{}}'),
    "file-corrupt",
    expected(String.raw`"\"a\n\":{}}"`, 1, "a string"),
  ],
  [
    "two tensors of one name",
    fileOf(
      '{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}}',
      1,
    ),
    "file-corrupt",
    damaged('the header names "a" twice'),
  ],
  [
    "two names that are one by an escape",
    fileOf(
      String.raw`{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"\u0061":{"dtype":"U8","shape":[1],"data_offsets":[1,2]}}`,
      2,
    ),
    "file-corrupt",
    damaged('the header names "a" twice'),
  ],
  [
    "a field given twice",
    fileOf('{"a":{"dtype":"U8","dtype":"U8","shape":[1],"data_offsets":[0,1]}}', 1),
    "file-corrupt",
    damaged('the header names "dtype" twice'),
  ],
  [
    "two tensors on the same bytes",
    fileOf({ a: entry([2, 2], 0, 16), b: entry([2, 2], 0, 16) }, 16),
    "file-corrupt",
    damaged('"b" begins at byte 0 of the numbers, the one before it ends at 16'),
  ],
  [
    "bytes between two tensors",
    fileOf({ a: entry([1], 0, 4), b: entry([1], 8, 12) }, 12),
    "file-corrupt",
    damaged('"b" begins at byte 8 of the numbers, the one before it ends at 4'),
  ],
  [
    "bytes before the first tensor",
    fileOf({ a: entry([1], 4, 8) }, 8),
    "file-corrupt",
    damaged('"a" begins at byte 4 of the numbers, the one before it ends at 0'),
  ],
  [
    "a byte after the last tensor",
    fileOf({ a: entry([1], 0, 4) }, 5),
    "file-corrupt",
    damaged("1 bytes follow the last tensor"),
  ],
  ["numbers that are cut short", fileOf({ a: entry([2], 0, 8) }, 4), "file-truncated", cutOff(4, "of numbers", 8)],
  [
    "an end before its beginning",
    fileOf({ a: entry([1], 4, 0) }, 4),
    "file-corrupt",
    damaged('"a" is F32 [1], which takes 4 bytes, and has -4'),
  ],
  [
    "a shape of another size",
    fileOf({ a: entry([2, 2], 0, 4) }, 4),
    "file-corrupt",
    damaged('"a" is F32 [2, 2], which takes 16 bytes, and has 4'),
  ],
  [
    "a shape whose size wraps around at 2^64",
    fileOf({ a: entry([2 ** 32, 2 ** 32, 2 ** 32], 0, 16) }, 16),
    "file-limit",
    beyond("4294967296 bytes of numbers", "save it in several files"),
  ],
  [
    "an offset above 2^53",
    fileOf('{"a":{"dtype":"U8","shape":[1],"data_offsets":[9007199254740993,9007199254740994]}}', 1),
    "file-corrupt",
    expected('"900719925474"', 47, whole),
  ],
  [
    "a size of 20 digits",
    fileOf('{"a":{"dtype":"I32","shape":[2,18446744073709551614],"data_offsets":[0,16]}}', 16),
    "file-corrupt",
    expected('"184467440737"', 31, whole),
  ],
  ["a negative size", fileOf({ a: entry([-1], 0, 4) }, 4), "file-corrupt", expected('"-1],\\"data_of"', 29, whole)],
  ["a broken size", fileOf({ a: entry([1.5], 0, 6) }, 6), "file-corrupt", expected('"1.5],\\"data_o"', 29, whole)],
  [
    "a size with an exponent",
    fileOf('{"a":{"shape":[1e3],"dtype":"F32","data_offsets":[0,1000]}}', 1000),
    "file-corrupt",
    expected('"1e3],\\"dtype\\""', 15, whole),
  ],
  [
    "a size with a leading zero",
    fileOf('{"a":{"shape":[01],"dtype":"F32","data_offsets":[0,4]}}', 4),
    "file-corrupt",
    expected('"01],\\"dtype\\":"', 15, whole),
  ],
  [
    "a size in quotes",
    fileOf('{"a":{"shape":["1"],"dtype":"F32","data_offsets":[0,4]}}', 4),
    "file-corrupt",
    expected('"\\"1\\"],\\"dtype\\""', 15, whole),
  ],
  [
    "a dtype that is not text",
    fileOf('{"a":{"dtype":null,"shape":[1],"data_offsets":[0,4]}}', 4),
    "file-corrupt",
    expected('"null,\\"shape\\""', 14, "a string"),
  ],
  [
    "a dtype that we do not have",
    fileOf({ a: entry([1], 0, 2, "BF16") }, 2),
    "file-dtype",
    'safetensors: "a" is "BF16"; the dtypes are F64, F32, I32, U32, BOOL, U8, convert it to one of them',
  ],
  [
    "a dtype that objects have",
    fileOf({ a: entry([1], 0, 4, "constructor") }, 4),
    "file-dtype",
    'safetensors: "a" is "constructor"; the dtypes are F64, F32, I32, U32, BOOL, U8, convert it to one of them',
  ],
  [
    "a tensor without offsets",
    fileOf({ a: { dtype: "F32", shape: [1] } }, 4),
    "file-corrupt",
    damaged('"a" does not tell its dtype, its shape and two offsets'),
  ],
  [
    "a tensor with one offset",
    fileOf({ a: { dtype: "F32", shape: [1], data_offsets: [0] } }, 4),
    "file-corrupt",
    damaged('"a" does not tell its dtype, its shape and two offsets'),
  ],
  [
    "a tensor with three offsets",
    fileOf('{"a":{"data_offsets":[0,4,4]}}', 4),
    "file-corrupt",
    damaged('"a" does not tell its dtype, its shape and two offsets'),
  ],
  [
    "a field that the format does not know",
    fileOf({ a: { ...entry([1], 0, 4), extra: 1 } }, 4),
    "file-corrupt",
    damaged('"a" has a field "extra", which the format does not know'),
  ],
  ["a text that is a number", fileOf('{"__metadata__":{"a":1}}'), "file-corrupt", expected('"1}}"', 21, "a string")],
  [
    "a tensor of 33 axes",
    fileOf(
      {
        a: entry(
          Array.from({ length: 33 }, () => 1),
          0,
          4,
        ),
      },
      4,
    ),
    "file-limit",
    beyond("32 axes in a shape", "reshape it"),
  ],
];

describe("a damaged file is refused with what is wrong", () => {
  test.each(rows)("%s", (_, bytes, code, message) => {
    const error = errorOf(() => readSafetensors(bytes));
    expect({ code: error?.code, message: error?.message }).toEqual({ code, message });
  });
});

const good = fileOf(
  {
    __metadata__: { note: "x" },
    a: entry([2, 2], 0, 16),
    s: entry([], 16, 20),
    e: entry([2, 0], 20, 20),
    b: entry([3], 20, 23, "BOOL"),
  },
  23,
);

test("every beginning of a good file is refused", () => {
  expect(readSafetensors(good).tensors.size).toBe(4);
  for (let length = 0; length < good.length; length++)
    expect(errorOf(() => readSafetensors(good.slice(0, length)))).toBeDefined();
});

test("a file changed in any way is read or refused in words", () => {
  const change = fc.oneof(
    fc.record({ kind: fc.constant("flip" as const), at: fc.nat(good.length - 1), bit: fc.nat(7) }),
    fc.record({
      kind: fc.constant("put" as const),
      at: fc.nat(good.length - 1),
      text: fc.constantFrom(...'{}"[],:09\\e\0 -.'.split("")),
    }),
    fc.record({ kind: fc.constant("cut" as const), at: fc.nat(good.length), length: fc.nat(16) }),
    fc.record({ kind: fc.constant("repeat" as const), at: fc.nat(good.length), length: fc.nat(16) }),
  );
  fc.assert(
    fc.property(fc.array(change, { minLength: 1, maxLength: 4 }), (changes) => {
      let bytes = [...good];
      for (const made of changes) {
        const { at } = made;
        if (made.kind === "flip") bytes[at % bytes.length]! ^= 1 << made.bit;
        if (made.kind === "put") bytes[at % bytes.length] = made.text.charCodeAt(0);
        if (made.kind === "cut") bytes = [...bytes.slice(0, at), ...bytes.slice(at + made.length)];
        if (made.kind === "repeat") bytes = [...bytes.slice(0, at + made.length), ...bytes.slice(at)];
      }
      errorOf(() => readSafetensors(Uint8Array.from(bytes)));
    }),
    { numRuns: process.env["GRADLOOM_DEEP"] === undefined ? 5_000 : 200_000 },
  );
});

/** The library's error that the call throws, if it does; any other error is thrown on. */
function errorOf(call: () => unknown): GradloomError | undefined {
  try {
    call();
    return undefined;
  } catch (error) {
    if (error instanceof GradloomError) return error;
    throw error;
  }
}
