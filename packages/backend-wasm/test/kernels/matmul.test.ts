import { type Experiment, revectorize, wasm, type WasmOptions } from "@gradloom/backend-wasm";
import { compile, type DType, matmul, type Tensor, tensor } from "@gradloom/core";
import { dtypes } from "@gradloom/core/backend";
import { describe, expect, test, vi } from "vitest";
import { innerBlock, rowBlock, columnBlock } from "../../src/kernels/matmul/tile.ts";

interface Sizes {
  readonly batch?: readonly [number, number];
  readonly rows: number;
  readonly inner: number;
  readonly columns: number;
}

/** Small whole numbers: every sum is exact, whatever the order. */
function numbers(size: number, dtype: DType, seed: number): ArrayLike<number> {
  const data = new dtypes[dtype].array(size);
  let state = seed;
  for (let at = 0; at < size; at++) {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
    data[at] = (state >> 16) % 7;
  }
  return data;
}

async function check(
  backend: ReturnType<typeof wasm>,
  dtype: DType,
  { batch: [batchA, batchB] = [1, 1], rows, inner, columns }: Sizes,
  transposeA: boolean,
  transposeB: boolean,
): Promise<void> {
  const a = numbers(batchA * rows * inner, dtype, 1);
  const b = numbers(batchB * inner * columns, dtype, 2);
  const shapeA = transposeA ? [batchA, inner, rows] : [batchA, rows, inner];
  const shapeB = transposeB ? [batchB, columns, inner] : [batchB, inner, columns];
  const product = compile((x: Tensor, z: Tensor) => matmul(x, z, { transposeA, transposeB }), { backend });
  const y = await product(
    tensor(a as Float32Array, { shape: shapeA }),
    tensor(b as Float32Array, { shape: shapeB }),
  ).data();
  const batch = Math.max(batchA, batchB);
  let at = 0;
  for (let index = 0; index < batch; index++) {
    const [startA, startB] = [batchA === 1 ? 0 : index * rows * inner, batchB === 1 ? 0 : index * inner * columns];
    for (let row = 0; row < rows; row++) {
      for (let column = 0; column < columns; column++, at++) {
        let total = 0;
        for (let k = 0; k < inner; k++)
          total +=
            a[startA + (transposeA ? k * rows + row : row * inner + k)]! *
            b[startB + (transposeB ? column * inner + k : k * columns + column)]!;
        if (y[at] !== total) expect.fail(`[${index}, ${row}, ${column}] is ${y[at]}, expected ${total}`);
      }
    }
  }
}

/** Sizes around the tiles and blocks that products are divided into. */
const cases: Readonly<Record<string, Sizes>> = {
  "tiles and their remainders": { rows: 17, inner: 31, columns: 23 },
  "one inner block and a bit": { rows: 13, inner: innerBlock + 3, columns: 9 },
  "one row block and a bit": { rows: rowBlock + 5, inner: 9, columns: 17 },
  "one column block and a bit": { rows: 5, inner: 6, columns: columnBlock + 11 },
  batches: { batch: [3, 3], rows: 20, inner: 33, columns: 19 },
  "one A for all batches": { batch: [1, 3], rows: 20, inner: 33, columns: 19 },
  "one B for all batches": { batch: [3, 1], rows: 20, inner: 33, columns: 19 },
  "a row": { rows: 1, inner: 100, columns: 77 },
  "a column": { rows: 77, inner: 100, columns: 1 },
  "a number": { rows: 1, inner: 1001, columns: 1 },
  "an outer product": { rows: 30, inner: 1, columns: 40 },
  "few rows": { rows: 2, inner: 65, columns: 50 },
};

/** Around four tiles, whose slivers are packed together, of five rows and of six, and around a block of rows. */
const rowCounts = [...range(19, 30), ...range(rowBlock, rowBlock + 6)];

function range(first: number, last: number): readonly number[] {
  return Array.from({ length: last - first + 1 }, (_, at) => first + at);
}

/** Takes the tiles for 256 bits, which any engine computes right. */
const wide: Experiment = { name: "wide", library: (open) => open(true) };

const variants: Readonly<Record<string, WasmOptions>> = {
  "with multiply-add if the engine has it": {},
  "without multiply-add": { relaxed: false },
  "with tiles for 256 bits": { experiments: [wide] },
  "with tiles for 256 bits and without multiply-add": { relaxed: false, experiments: [wide] },
  "with 256 bits if the engine has them": { experiments: [revectorize] },
};

for (const [variant, options] of Object.entries(variants)) {
  describe(`products ${variant}`, () => {
    vi.spyOn(console, "warn").mockReturnValue();
    const backend = wasm(options);
    for (const dtype of ["float32", "float64", "int32"] as const) {
      const inAllLayouts = async (sizes: Sizes): Promise<void> => {
        for (const transposeA of [false, true])
          for (const transposeB of [false, true]) await check(backend, dtype, sizes, transposeA, transposeB);
      };
      for (const [name, sizes] of Object.entries(cases))
        test(`${name}, ${dtype}, in all four layouts`, () => inAllLayouts(sizes));
      for (const rows of rowCounts)
        test(`${rows} rows, ${dtype}, in all four layouts`, () => inAllLayouts({ rows, inner: 31, columns: 37 }));
    }
  });
}

test("NaN and infinities pass through packed products", async () => {
  const size = 40;
  const a = new Float32Array(size * size).fill(1);
  a[3 * size + 5] = NaN;
  a[7 * size + 9] = Infinity;
  const product = compile((x: Tensor) => matmul(x, x), { backend: wasm() });
  const y = await product(tensor(a, { shape: [size, size] })).data();
  expect(y[0]).toBe(size);
  expect(y[3 * size]).toBeNaN();
  expect(y[5]).toBeNaN();
  expect(y[7 * size]).toBe(Infinity);
});
