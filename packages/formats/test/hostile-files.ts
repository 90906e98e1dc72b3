import { entry, fileOf, fileWith } from "./file-of.ts";

/** Files that ask for too much, say what cannot be, or use words that mean something elsewhere: each must be refused. */
export interface HostileFile {
  readonly title: string;
  readonly bytes: Uint8Array;
}

/** The `n`-th variant of a family of files. */
type Family = (n: number) => Uint8Array;

/** Sizes from small to beyond what is allowed; the last few variants of a family are large. */
const size = (n: number): number => 2 ** (n % 20) + n;
const nest = (open: string, close: string, levels: number, inner = ""): string =>
  open.repeat(levels) + inner + close.repeat(levels);
const layerOf = (name: string, options: string): string => `{"kind":"layer","name":${name},"options":${options}}`;
const recipeOf = (layer: string, more = '"input":[2],"dtype":"float32","seed":0'): string =>
  `{"layer":${layer},${more}}`;
const dense = (options: string): string => layerOf('"dense"', options);
const keeping = (value: string): Uint8Array => fileWith(recipeOf(layerOf('"keeping"', `{"value":${value}}`)));
const good = recipeOf(layerOf('"sequential"', '{"layers":[]}'));
const pick = <Value>(values: readonly Value[], n: number): Value => values[n % values.length]!;

const quoted = (text: string): string => `"${text}"`;

/** Texts between quotes of JSON: names of objects' own workings, names that are nearly right, and what steers a terminal. */
const names: readonly string[] = [
  "",
  "layer dense",
  " dense",
  "dense ",
  "n".repeat(5000),
  String.raw`\n`.repeat(3000),
  ...String.raw`
    __proto__ constructor toString hasOwnProperty valueOf then map length prototype DENSE dénse \u0000dense \u202Edense
    \u001B[31mdense \ud800 a/b ../../etc/passwd javascript:alert(1) $\u007B1} %s%n`
    .trim()
    .split(/\s+/),
];
const numbers: readonly string[] = [
  `1${"0".repeat(400)}`,
  `0.${"0".repeat(10_000)}1`,
  `1e${"9".repeat(1000)}`,
  ...`
    -1 -0 0 0.5 1e-400 4294967296 9007199254740991 9007199254740993 1e15 1e308 1e309 -1e999 "3" null true [] [3] {}
    {"$":"number","value":"NaN"} {"$":"number","value":"Infinity"} {"valueOf":3}`
    .trim()
    .split(/\s+/),
];

const families: Readonly<Record<string, Family>> = {
  "the length of the header": (n) =>
    fileOf(
      "{}",
      n,
      pick([0n, 1n, 3n, 2n ** 25n + 1n, 2n ** 31n, 2n ** 32n, 2n ** 53n + 1n, 2n ** 63n, 2n ** 64n - 1n], n) +
        BigInt(n + 3),
    ),
  "a large header": (n) => fileOf(`{${" ".repeat(n < 2 ? 2 ** 25 - 5 + n : size(n))}`),
  "nesting in the header": (n) => fileOf(`{"a":${pick(["[", '{"a":', '{"shape":[', '{"dtype":['], n).repeat(size(n))}`),
  "nesting in the metadata": (n) => fileOf(`{"__metadata__":${'{"a":'.repeat(size(n))}`),
  "long names": (n) => fileOf({ ["n".repeat(4097 + size(n))]: entry([0], 0, 0) }),
  "overlapping offsets": (n) => fileOf({ a: entry([4], 0, 16), b: entry([4], n % 16, 16 + (n % 16)) }, 32),
  "offsets with gaps": (n) => fileOf({ a: entry([4], 0, 16), b: entry([4], 17 + n, 33 + n) }, 33 + n),
  "offsets backwards": (n) => fileOf({ a: entry([1], 4 + n, n) }, 8 + n),
  "offsets at the edges": (n) => fileOf(`{"a":{"dtype":"U8","shape":[1],"data_offsets":[${pick(numbers, n)},1]}}`, 1),
  "shapes that multiply beyond": (n) =>
    fileOf({ a: entry(new Array(2 + (n % 30)).fill(2 ** (33 + (n % 20))), 0, n) }, n),
  "shapes that multiply beyond beside a 0": (n) =>
    fileOf({ a: entry([...new Array(2 + (n % 30)).fill(2 ** 40), 0], 0, 0) }),
  "sizes at the edges": (n) => fileOf(`{"a":{"dtype":"F32","shape":[${pick(numbers, n)},7],"data_offsets":[0,4]}}`, 4),
  "many axes": (n) => fileOf({ a: entry(new Array(33 + size(n)).fill(1), 0, 4) }, 4),
  "keys twice": (n) => {
    const tensor = '"a":{"dtype":"U8","shape":[0],"data_offsets":[0,0]}';
    const twice = ['"dtype":"U8"', '"shape":[0]', '"data_offsets":[0,0]'].map(
      (field) => `{${tensor.slice(0, -1)},${field}}}`,
    );
    const texts = [
      `{${tensor},${tensor}}`,
      `{"__metadata__":{},"__metadata__":{}}`,
      '{"__metadata__":{"a":"","\\u0061":""}}',
    ];
    return fileOf(pick([...twice, ...texts], n) + " ".repeat(n));
  },
  "keys twice in the recipe": (n) =>
    fileWith(
      pick(
        [
          good.replace('"seed":0', '"seed":0,"seed":0'),
          good.replace('"kind"', '"kind":"layer","kind"'),
          good.replace('"layers":[]', '"layers":[],"layers":[]'),
        ],
        n,
      ) + " ".repeat(n),
    ),
  "names that objects have, as tensors": (n) =>
    fileOf(`{${quoted(pick(names, n))}:{"dtype":"U8","shape":[0],"data_offsets":[0,${1 + n}]}}`, n),
  "names that objects have, as keys": (n) =>
    fileOf(`{"a":{"dtype":"U8","shape":[0],"data_offsets":[0,0],${quoted(pick(names, n))}:[]}}`),
  "names that objects have, as dtypes": (n) =>
    fileOf(`{"a":{"dtype":${quoted(pick(names, n))},"shape":[0],"data_offsets":[0,0]}}`),
  "names that objects have, as layers": (n) => fileWith(recipeOf(layerOf(quoted(pick(names, n)), "{}"))),
  "names that objects have, as kinds": (n) =>
    fileWith(
      recipeOf(layerOf('"sequential"', `{"layers":[{"kind":${quoted(pick(names, n))},"name":"dense","options":{}}]}`)),
    ),
  "names that objects have, as options": (n) => fileWith(recipeOf(dense(`{"units":1,${quoted(pick(names, n))}:1}`))),
  "names that objects have, as activations": (n) =>
    fileWith(recipeOf(dense(`{"units":1,"activation":${quoted(pick(names, n))}}`))),
  "names that objects have, as marks": (n) => keeping(`{"$":${quoted(pick(names, n))},"base64":"","x":${n}}`),
  "names that objects have, as places": (n) => keeping(`[{"$":"again","place":${quoted(pick(names, n))}},${n}]`),
  "names of layers": (n) => {
    const bad = String.raw`. .. a/b \u0000a a\u001B[31m \ud800 a\nb a\u2028b`.split(" ");
    const name = pick(["", "n".repeat(256), "n".repeat(100_000), ...bad], n);
    const named = layerOf('"named"', `{"name":${quoted(name)},"layer":"flatten"}`);
    return fileWith(recipeOf(layerOf('"sequential"', `{"layers":[${named}]}`)));
  },
  "objects met in a circle": (n) => keeping(nest('{"a":', "}", 1 + n, `{"$":"again","place":${n % 4}}`)),
  "objects met later": (n) => keeping(`[{"$":"again","place":${4 + n}},{}]`),
  "objects that double": (n) =>
    keeping(
      `{"p0":{},${Array.from({ length: 18 + n }, (_, at) => `"p${at + 1}":{"a":{"$":"again","place":${at + 4}},"b":{"$":"again","place":${at + 4}}}`).join(",")}}`,
    ),
  "layers that double": (n) => {
    let layer = layerOf('"share"', `{"layer":${dense('{"units":2}')}}`);
    for (let level = 0; level < 18 + n; level++)
      layer = layerOf(
        '"share"',
        `{"layer":${layerOf('"sequential"', `{"layers":[${layer},{"$":"again","place":${1 + 4 * (level + 1)}}]}`)}}`,
      );
    return fileWith(recipeOf(layer));
  },
  "units at the edges": (n) => fileWith(recipeOf(dense(`{"units":${pick(numbers, n)}}`))),
  "seeds at the edges": (n) =>
    fileWith(recipeOf(dense('{"units":1}'), `"input":[2],"dtype":"float32","seed":${pick(numbers, n)}`)),
  "inputs at the edges": (n) =>
    fileWith(recipeOf(dense('{"units":1}'), `"input":[${pick(numbers, n)}],"dtype":"float32","seed":0`)),
  "versions at the edges": (n) =>
    fileWith(recipeOf(`{"kind":"layer","name":"dense","version":${pick([...numbers, "2"], n)},"options":{"units":1}}`)),
  "values of another kind": (n) =>
    fileWith(
      recipeOf(
        dense(
          `{"units":1,"${pick(["activation", "kernelInitializer", "kernelRegularizer"], n)}":{"kind":"${pick(["layer", "loss", "callback", "x"], n)}","name":"sequential","options":{"layers":[]}}}`,
        ),
      ),
    ),
  "numbers that JSON does not have": (n) =>
    keeping(
      pick(["01", "+1", ".5", "1.", "0x10", "NaN", "Infinity", "1_0", "1e", "--1", "1e999", "-1e999"], n) +
        " ".repeat(n),
    ),
  "arrays that cannot be": (n) =>
    keeping(
      `{"$":"Float64Array","base64":"${pick(["A", "AAAA", "====", "\u00FCA", "A".repeat(size(n) * 4 + 4)], n)}"}`,
    ),
  "nesting in the recipe": (n) => keeping(nest(pick(["[", '{"a":'], n), pick(["]", "}"], n), 400 + size(n), "0")),
  "layers in layers": (n) =>
    fileWith(recipeOf(nest(`${layerOf('"sequential"', '{"layers":[').slice(0, -1)}`, "]}}", 134 + (size(n) % 5000)))),
  "byte order marks": (n) =>
    n % 2 === 0 ? fileOf(`\uFEFF${" ".repeat(n)}{}`) : fileWith(`\uFEFF${" ".repeat(n)}${good}`),
  "what is no UTF-8": (n) =>
    fileOf(
      Uint8Array.of(
        0x7b,
        0x22,
        ...pick([[0xff], [0xc0, 0x80], [0xed, 0xa0, 0x80], [0xf4, 0x90, 0x80, 0x80], [0x80]], n),
        n,
        0x22,
      ),
    ),
  "garbage behind the header": (n) =>
    fileOf(`{"__metadata__":{}}${pick(["{}", "x", "\0", ",", "]"], n)}${" ".repeat(n)}`),
  "garbage behind the recipe": (n) => fileWith(`${good}${" ".repeat(n)}${pick(["{}", "x", "\0", ",", "]", "//"], n)}`),
  "garbage behind the numbers": (n) => fileOf({ a: entry([1], 0, 4) }, 5 + size(n)),
  "a model without a part": (n) =>
    fileWith(
      pick(
        [
          "",
          "{}",
          "[]",
          "null",
          "0",
          '"layer"',
          '{"layer":null}',
          good.replace('"seed":0', '"sed":0'),
          good.replace('"dtype"', '"dtyp"'),
          good.replace("float32", "int32"),
        ],
        n,
      ) + " ".repeat(n),
    ),
  "numbers without a model": (n) => fileOf({ a: entry([n], 0, 4 * n) }, 4 * n),
};

/** Families of large files, of which a few variants will do. */
const large: Readonly<Record<string, Family>> = {
  "more names than are allowed": (n) =>
    fileOf(
      `{${Array.from({ length: 100_001 + n }, (_, at) => `"${at}":{"dtype":"U8","shape":[0],"data_offsets":[0,0]}`).join(",")}}`,
    ),
  "more texts than are allowed": (n) =>
    fileOf(`{"__metadata__":{${Array.from({ length: 100_001 + n }, (_, at) => `"${at}":""`).join(",")}}}`),
  "more values than are allowed": (n) => keeping(`[${`${pick(["0", "[]", '""', "{}"], n)},`.repeat(250_000)}0]`),
};

/** A thousand of them, by turns of all families. */
export function* hostileFiles(): Generator<HostileFile> {
  let left = 1000;
  for (let n = 0; left > 0; n++) {
    for (const [title, family] of Object.entries(n < 2 ? { ...large, ...families } : families)) {
      if (left-- <= 0) return;
      yield { title: `${title}, variant ${n}`, bytes: family(n) };
    }
  }
}
