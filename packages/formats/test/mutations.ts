import fc from "fast-check";

/** A change of a file. */
export type Mutation = (file: Uint8Array) => Uint8Array;

/** Texts of JSON values at the edges of what a recipe or header may say. */
const edges: readonly string[] = [
  ...String.raw`
    0 -0 -1 0.5 1 31 2147483648 4294967296 9007199254740993 1e308 1e999 -1e-400 01 1. NaN Infinity
    true null [] {} [[]] [{}] "" "relu" "map" "length" "__proto__" "constructor" "toString" "\ud800" "\u0000" "\u202E😀"
    {"__proto__":{}} {"$":"again","place":0} {"$":"again","place":3} {"$":"again","place":"map"}
    {"$":"number","value":"NaN"} {"$":"number","value":"-0"} {"$":"Float32Array","base64":"AAA"}
    {"kind":"initializer","name":"zeros","options":{}} {"kind":"activation","name":"relu","options":{}}
    {"kind":"layer","name":"sequential","options":{"layers":[]}}`
    .trim()
    .split(/\s+/),
  `"${"n".repeat(5000)}"`,
  "[".repeat(500),
  '{"a":'.repeat(500),
  `${"[".repeat(450)}${"]".repeat(450)}`,
];

/** Any change: of bits, bytes and pieces, of the header's length, and of values and keys in the JSON of header and recipe. */
export const mutation: fc.Arbitrary<Mutation> = fc.oneof(
  fc.tuple(fc.nat(), fc.nat(7)).map(
    ([at, bit]): Mutation =>
      (file) =>
        flipped(file, at, bit),
  ),
  // Where the numbers are, in files of some size.
  fc.tuple(fc.nat(80), fc.nat(7)).map(
    ([at, bit]): Mutation =>
      (file) =>
        flipped(file, file.length - 1 - at, bit),
  ),
  // Where the JSON is, mostly.
  fc
    .tuple(fc.nat(600), fc.constantFrom(...'{}"[],:0123456789\\$e-._an\0\u{FF}'.split("")))
    .map(([at, text]): Mutation => (file) => {
      const bytes = file.slice();
      if (bytes.length > 0) bytes[at % bytes.length] = text.charCodeAt(0);
      return bytes;
    }),
  fc.tuple(fc.nat(), fc.nat(40)).map(
    ([at, length]): Mutation =>
      (file) =>
        spliced(file, at, length, new Uint8Array(0)),
  ),
  fc.tuple(fc.nat(), fc.uint8Array({ maxLength: 40 })).map(
    ([at, piece]): Mutation =>
      (file) =>
        spliced(file, at, 0, piece),
  ),
  fc.nat().map(
    (at): Mutation =>
      (file) =>
        file.slice(0, at % (file.length + 1)),
  ),
  fc.tuple(fc.nat(), fc.nat(), fc.nat(100)).map(([from, to, length]): Mutation => (file) => {
    const bytes = file.slice();
    const [a, b] = [from, to].map((at) => at % (bytes.length + 1)) as [number, number];
    bytes.set(file.subarray(b, b + length), a + length <= bytes.length ? a : 0);
    bytes.set(file.subarray(a, a + length), b + length <= bytes.length ? b : 0);
    return bytes;
  }),
  fc.oneof(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), fc.constantFrom(0n, 2n ** 25n + 1n, 2n ** 53n, 2n ** 63n)).map(
    (length): Mutation =>
      (file) =>
        withLength(file, length),
  ),
  fc
    .record({
      inRecipe: fc.boolean(),
      at: fc.nat(),
      by: fc.constantFrom("value", "key", "twice", "without"),
      text: fc.oneof(fc.constantFrom(...edges), fc.json()),
    })
    .map(
      ({ inRecipe, at, by, text }): Mutation =>
        (file) =>
          edited(file, inRecipe, at, by, text),
    ),
);

/** The file with a header of this text. */
function withHeader(file: Uint8Array, header: string): Uint8Array {
  const text = new TextEncoder().encode(header);
  const numbers = file.subarray(8 + Number(lengthOf(file)));
  const bytes = new Uint8Array(8 + text.length + numbers.length);
  bytes.set(text, 8);
  bytes.set(numbers, 8 + text.length);
  return withLength(bytes, BigInt(text.length));
}

/** The text of a file's header. */
function headerOf(file: Uint8Array): string {
  return new TextDecoder().decode(file.subarray(8, 8 + Number(lengthOf(file))));
}

function lengthOf(file: Uint8Array): bigint {
  return file.length < 8 ? 0n : new DataView(file.buffer, file.byteOffset).getBigUint64(0, true);
}

function withLength(file: Uint8Array, length: bigint): Uint8Array {
  const bytes = file.slice();
  if (bytes.length >= 8) new DataView(bytes.buffer).setBigUint64(0, length, true);
  return bytes;
}

function flipped(file: Uint8Array, place: number, bit: number): Uint8Array {
  const bytes = file.slice();
  if (place >= 0 && bytes.length > 0) bytes[place % bytes.length]! ^= 1 << bit;
  return bytes;
}

function spliced(file: Uint8Array, place: number, length: number, piece: Uint8Array): Uint8Array {
  const at = place % (file.length + 1);
  return Uint8Array.from([...file.subarray(0, at), ...piece, ...file.subarray(at + length)]);
}

interface Header {
  readonly __metadata__?: { model?: string };
}

/** The file with one value or key of its JSON changed; as it is where there is none, after other changes. */
function edited(file: Uint8Array, inRecipe: boolean, at: number, by: string, text: string): Uint8Array {
  try {
    const header = JSON.parse(headerOf(file)) as Header;
    if (!inRecipe) return withHeader(file, changedAt(header, at, by, text));
    const metadata = header.__metadata__!;
    metadata.model = changedAt(JSON.parse(metadata.model!) as object, at, by, text);
    return withHeader(file, JSON.stringify(header));
  } catch {
    return file;
  }
}

const stand = "@stand-in@";

/** The JSON of a document whose `at`-th value, counted round and round, is changed. */
function changedAt(document: object, at: number, by: string, text: string): string {
  const places: (readonly [owner: Record<string, unknown>, key: string])[] = [];
  const walk = (owner: object): void => {
    for (const [key, value] of Object.entries(owner)) {
      places.push([owner as Record<string, unknown>, key]);
      if (typeof value === "object" && value !== null) walk(value as object);
    }
  };
  walk(document);
  const [owner, key] = places[at % places.length]!;
  const before = JSON.stringify(owner[key]);
  if (by === "without") delete owner[key];
  else if (by === "key" && !Array.isArray(owner)) {
    delete owner[key];
    owner[text.slice(1, 40)] = JSON.parse(before);
  } else owner[key] = stand;
  return JSON.stringify(document).replace(`"${stand}"`, () =>
    by === "twice" && !Array.isArray(owner) ? `${before},${JSON.stringify(key)}:${text}` : text,
  );
}
