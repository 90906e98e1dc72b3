import type { DType, Kernel, Primitives, TypedArray } from "@gradloom/core/backend";

/** One of the factors. Its lines are the rows of A or the columns of B; a step along a line is a step of `inner`. */
interface Factor {
  readonly data: TypedArray;
  readonly line: number;
  readonly step: number;
}

/** y[row, column] = Σ_step a[startA + row·a.line + step·a.step] b[startB + column·b.line + step·b.step], at y[to + row·columns + column] */
type Product = (
  a: Factor,
  startA: number,
  b: Factor,
  startB: number,
  y: TypedArray,
  to: number,
  rows: number,
  inner: number,
  columns: number,
) => void;

/** y[batch, row, column] = Σ_inner a[batch, row, inner] b[batch, inner, column]; floats add up in doubles */
export const matmul: Kernel<Primitives["matmul"]> = (inputs, outputs, { transposeA, transposeB }) => {
  const a = inputs[0]!;
  const b = inputs[1]!;
  const y = outputs[0]!;
  const [batches, rows, columns] = y.shape as readonly [number, number, number];
  const inner = a.shape[transposeA ? 1 : 2]!;
  const factorA: Factor = { data: a.data, line: transposeA ? 1 : inner, step: transposeA ? rows : 1 };
  const factorB: Factor = { data: b.data, line: transposeB ? inner : 1, step: transposeB ? 1 : columns };
  const strideA = a.shape[0] === 1 ? 0 : rows * inner;
  const strideB = b.shape[0] === 1 ? 0 : inner * columns;
  const product = productOf(y.dtype, rows, columns);
  for (let batch = 0; batch < batches; batch++) {
    const startA = a.offset + batch * strideA;
    const startB = b.offset + batch * strideB;
    product(factorA, startA, factorB, startB, y.data, y.offset + batch * rows * columns, rows, inner, columns);
  }
};

function productOf(dtype: DType, rows: number, columns: number): Product {
  if (dtype === "int32" || dtype === "uint32") return wholeProduct;
  // Packing touches every number of A and B once more, so it pays from about 1 / rows + 1 / columns < 1 / 3.
  return rows * columns < 3 * (rows + columns) ? directProduct : packedProduct;
}

/** Modulo 2^32. */
const wholeProduct: Product = (a, startA, b, startB, y, to, rows, inner, columns) => {
  for (let at = 0; at < rows * columns; at++) {
    const fromA = startA + Math.floor(at / columns) * a.line;
    const fromB = startB + (at % columns) * b.line;
    let total = 0;
    for (let step = 0; step < inner; step++) {
      total = (total + Math.imul(a.data[fromA + step * a.step]!, b.data[fromB + step * b.step]!)) | 0;
    }
    y[to + at] = total;
  }
};

/** Straight from the factors: each row times four columns at a time, or each column times four rows if y is tall. */
const directProduct: Product = (a, startA, b, startB, y, to, rows, inner, columns) => {
  const tall = rows > columns;
  const few = tall ? b : a;
  const many = tall ? a : b;
  const fewStart = tall ? startB : startA;
  const manyStart = tall ? startA : startB;
  const down = tall ? 1 : columns;
  const right = tall ? columns : 1;
  const last = (tall ? rows : columns) - 1;
  for (let row = 0; row < (tall ? columns : rows); row++) {
    // At the end of a row lanes repeat the last column: the same number stored again.
    for (let column = 0; column <= last; column += 4) {
      fourSums(few, fewStart + row * few.line, many, manyStart, column, last, inner, y, to + row * down, right);
    }
  }
};

/** y[to + c·right] = Σ_step x[fromX + step·x.step] z[startZ + c·z.line + step·z.step] for four columns c, none after `last` */
function fourSums(
  { data: x, step: stepX }: Factor,
  fromX: number,
  { data: z, line, step: stepZ }: Factor,
  startZ: number,
  column: number,
  last: number,
  inner: number,
  y: TypedArray,
  to: number,
  right: number,
): void {
  const column1 = Math.min(column + 1, last);
  const column2 = Math.min(column + 2, last);
  const column3 = Math.min(column + 3, last);
  let atX = fromX;
  let at0 = startZ + column * line;
  let at1 = startZ + column1 * line;
  let at2 = startZ + column2 * line;
  let at3 = startZ + column3 * line;
  let total0 = 0;
  let total1 = 0;
  let total2 = 0;
  let total3 = 0;
  for (let step = 0; step < inner; step++) {
    const factor = x[atX]!;
    total0 += factor * z[at0]!;
    total1 += factor * z[at1]!;
    total2 += factor * z[at2]!;
    total3 += factor * z[at3]!;
    atX = (atX + stepX) | 0;
    at0 = (at0 + stepZ) | 0;
    at1 = (at1 + stepZ) | 0;
    at2 = (at2 + stepZ) | 0;
    at3 = (at3 + stepZ) | 0;
  }
  y[to + column * right] = total0;
  y[to + column1 * right] = total1;
  y[to + column2 * right] = total2;
  y[to + column3 * right] = total3;
}

/**
 * 2 x 3 totals and their factors fit the registers: 6.6 GFLOP/s with Node 20, 22 and 24, where 2x4, 4x2 and 3x3 spill
 * and reach 5.
 */
const TILE_ROWS = 2;
const TILE_COLUMNS = 3;
/** Packing a number costs about as much as five products, so the blocks are large: 2 · 5 / 256 is 4 % of the work. */
const BLOCK_ROWS = 256;
const BLOCK_COLUMNS = 258;
/** A panel of A (4 kB) and one of B (6 kB) stay in the first-level cache. */
const BLOCK_INNER = 256;

/** Where the panels of B and the block of y lie in the scratch memory; the panels of A come first. */
const PANELS_B = BLOCK_ROWS * BLOCK_INNER;
const TOTALS = PANELS_B + BLOCK_COLUMNS * BLOCK_INNER;
/**
 * Block by block: parts of A and B are copied to panels of doubles in the order in which the tiles read them, the tiles
 * add their products to a block of y in doubles, and that is stored when all of `inner` is in.
 */
const packedProduct: Product = /*#__PURE__*/ packedProductOf();

/**
 * The product over one scratch memory. It is made in a function because a constant of a function stays one in bundles, so that V8 knows its
 * address in the loop of `tile`: 6.6 GFLOP/s instead of 5.
 */
function packedProductOf(): Product {
  const scratch = new Float64Array(TOTALS + BLOCK_ROWS * BLOCK_COLUMNS);

  /** scratch[to + (panel·depth + step)·size + lane] = the factor's line panel·size + lane at that step */
  function pack(to: number, factor: Factor, start: number, lines: number, depth: number, size: number): void {
    const data = factor.data;
    const step = factor.step;
    for (let line = 0; line < lines; line++) {
      const lane = line % size;
      const first = to + (line - lane) * depth + lane;
      const last = first + depth * size;
      let from = start + line * factor.line;
      for (let at = first; at < last; at += size) {
        scratch[at] = data[from]!;
        from = (from + step) | 0;
      }
    }
  }

  function multiply(height: number, stride: number, depth: number): void {
    for (let column = 0; column < stride; column += TILE_COLUMNS) {
      for (let row = 0; row < height; row += TILE_ROWS) {
        tile(row * depth, PANELS_B + column * depth, TOTALS + row * stride + column, stride, depth);
      }
    }
  }

  /** Adds a panel of A, at `a`, times a panel of B, at `b`, to the 2 x 3 totals at `y`. */
  function tile(a: number, b: number, y: number, stride: number, depth: number): void {
    let y00 = 0;
    let y01 = 0;
    let y02 = 0;
    let y10 = 0;
    let y11 = 0;
    let y12 = 0;
    for (let step = 0; step < depth; step = (step + 1) | 0) {
      const b0 = scratch[b]!;
      const b1 = scratch[(b + 1) | 0]!;
      const b2 = scratch[(b + 2) | 0]!;
      const a0 = scratch[a]!;
      y00 += a0 * b0;
      y01 += a0 * b1;
      y02 += a0 * b2;
      const a1 = scratch[(a + 1) | 0]!;
      y10 += a1 * b0;
      y11 += a1 * b1;
      y12 += a1 * b2;
      a = (a + 2) | 0;
      b = (b + 3) | 0;
    }
    scratch[y]! += y00;
    scratch[y + 1]! += y01;
    scratch[y + 2]! += y02;
    scratch[y + stride]! += y10;
    scratch[y + stride + 1]! += y11;
    scratch[y + stride + 2]! += y12;
  }

  function store(from: number, y: TypedArray, to: number, count: number): void {
    for (let i = 0; i < count; i++) y[to + i] = scratch[from + i]!;
  }

  return (a, startA, b, startB, y, to, rows, inner, columns) => {
    for (let row = 0; row < rows; row += BLOCK_ROWS) {
      const height = Math.min(BLOCK_ROWS, rows - row);
      for (let column = 0; column < columns; column += BLOCK_COLUMNS) {
        const width = Math.min(BLOCK_COLUMNS, columns - column);
        const stride = Math.ceil(width / TILE_COLUMNS) * TILE_COLUMNS;
        scratch.fill(0, TOTALS, TOTALS + (height + 1) * stride);
        for (let step = 0; step < inner; step += BLOCK_INNER) {
          const depth = Math.min(BLOCK_INNER, inner - step);
          pack(0, a, startA + row * a.line + step * a.step, height, depth, TILE_ROWS);
          pack(PANELS_B, b, startB + column * b.line + step * b.step, width, depth, TILE_COLUMNS);
          multiply(height, stride, depth);
        }
        for (let line = 0; line < height; line++) {
          store(TOTALS + line * stride, y, to + (row + line) * columns + column, width);
        }
      }
    }
  };
}
