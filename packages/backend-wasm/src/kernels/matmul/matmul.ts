import type { Primitives, Region } from "@gradloom/core/backend";
import { type Call, callOf, type Lowering, type Scratch } from "../call.ts";
import { clearCall } from "../movement.ts";
import { columnProduct, innerProduct, passesOver } from "./direct.ts";
import { type Element, elementOf } from "./element.ts";
import { packedBytes, packedProduct, taskLines } from "./packed.ts";
import { tilingFor } from "./tile.ts";

type Layout = Primitives["matmul"];

type OwnScratch = Pick<Scratch, "reserveOwn">;

/** One product: sizes, and what a step along each axis is, in bytes. */
interface Product {
  readonly element: Element;
  readonly a: Region;
  readonly b: Region;
  readonly y: Region;
  readonly batch: number;
  readonly rows: number;
  readonly inner: number;
  readonly columns: number;
  readonly rowA: number;
  readonly innerA: number;
  readonly innerB: number;
  readonly columnB: number;
  readonly batchA: number;
  readonly batchB: number;
}

/** y[batch, row, column] = Σ_inner a[batch, row, inner] b[batch, inner, column]; a batch of 1 serves all */
export const matmul: Lowering<Primitives["matmul"]> = (
  { inputs: [a, b], outputs: [y], attributes: layout },
  scratch,
) => {
  const product = productOf(a!, b!, y!, layout);
  if (product.batch * product.rows * product.columns === 0) return [];
  if (product.inner === 0) return [clearCall(y!)];
  return [packs(product) ? packedCall(product, layout, scratch) : directCall(product)];
};

/** The product of matrices in a layout. */
export function productOf(a: Region, b: Region, y: Region, { transposeA, transposeB }: Layout): Product {
  const [batch, rows, columns] = y.shape as readonly [number, number, number];
  const inner = a.shape[transposeA ? 1 : 2]!;
  const element = elementOf(y.dtype);
  const { bytes } = element;
  return {
    element,
    a,
    b,
    y,
    batch,
    rows,
    inner,
    columns,
    rowA: transposeA ? bytes : inner * bytes,
    innerA: transposeA ? rows * bytes : bytes,
    innerB: transposeB ? bytes : columns * bytes,
    columnB: transposeB ? inner * bytes : bytes,
    batchA: a.shape[0] === 1 ? 0 : rows * inner * bytes,
    batchB: b.shape[0] === 1 ? 0 : inner * columns * bytes,
  };
}

/**
 * Nanoseconds of single pieces of work on a Zen 4 core at 3.6 GHz, Node 24: a step of sums that wait for each other, one for each vector of a dot
 * product, a row's of a tile, the start of a pass over a row, of a dot product, of a tile, packing a number, and a packed product at all.
 */
const cost = { step: 1.15, dotStep: 0.75, rowStep: 0.28, pass: 2, dot: 0.6, tile: 8, pack: 0.1, packed: 50 };

/** A tile of fewer rows waits for its sums as long as one of this many. */
const fewestRows = 4;

/** Whether a product is done sooner through packed slivers, which touch every number of A and B once more, than straight from A and B. */
function packs(product: Product): boolean {
  return packedCost(product) < directCost(product);
}

function packedCost({ element, rows, inner, columns }: Product): number {
  const { rows: height, columns: width } = tilingFor(element, { relaxed: true });
  const column = Math.ceil(rows / height) * cost.tile + Math.max(rows, fewestRows) * inner * cost.rowStep;
  const packing = (linesToPack(rows, height) + linesToPack(columns, width)) * inner * cost.pack;
  return cost.packed + packing + Math.ceil(columns / width) * column;
}

/** How many lines of full slivers are packed in the time of `lines` lines: one that is not full takes as long as two. */
function linesToPack(lines: number, width: number): number {
  const rest = lines % width;
  return lines - rest + (rest === 0 ? 0 : 2 * width);
}

function directCost(product: Product): number {
  const turned = turnedToRow(product);
  const { element, rows, inner, columns } = turned;
  if (isAlongInner(turned)) {
    const steps = Math.ceil(inner / (2 * element.lanes)) + (inner % element.lanes);
    return rows * columns * (cost.dot + cost.dotStep * steps);
  }
  return rows * passesOver(columns, element.lanes) * (cost.pass + cost.step * inner);
}

/** Whether A and B, but not y, have neighbours along the inner axis. */
function isAlongInner({ element: { bytes }, innerA, innerB, columnB }: Product): boolean {
  return innerA === bytes && innerB === bytes && columnB !== bytes;
}

/** A single column is a single row of the transposed product. */
function turnedToRow(product: Product): Product {
  return product.columns === 1 && product.rows > 1 ? transposed(product) : product;
}

function directCall(product: Product): Call {
  const turned = turnedToRow(product);
  const { element, batch, rows } = turned;
  const target = (isAlongInner(turned) ? innerProduct : columnProduct)(element);
  return callOf(target, turned, batch * rows, batch * directCost(product));
}

/** yᵀ = bᵀ aᵀ */
function transposed(product: Product): Product {
  const { a, b, rows, columns, rowA, innerA, innerB, columnB, batchA, batchB } = product;
  return {
    ...product,
    a: b,
    b: a,
    rows: columns,
    columns: rows,
    rowA: columnB,
    innerA: innerB,
    innerB: innerA,
    columnB: rowA,
    batchA: batchB,
    batchB: batchA,
  };
}

/** The call of the kernel that packs A and B. */
export function packedCall(product: Product, { transposeA, transposeB }: Layout, scratch: OwnScratch): Call {
  const { element, batch, rows, inner, columns, rowA, innerA, innerB, columnB } = product;
  const byColumns = columns >= rows;
  const lines = byColumns ? columns : rows;
  const size = byColumns ? taskLines.columns : taskLines.rows;
  const blocks = Math.ceil(lines / size);
  return callOf(
    packedProduct(element),
    {
      ...product,
      strideA: transposeA ? innerA : rowA,
      strideB: transposeB ? columnB : innerB,
      transposeA: Number(transposeA),
      transposeB: Number(transposeB),
      lines,
      stepA: byColumns ? 0 : rowA,
      stepB: byColumns ? columnB : 0,
      stepY: byColumns ? element.bytes : columns * element.bytes,
      blocks,
      taskLines: size,
      scratch: scratch.reserveOwn(packedBytes(element, rows, inner, columns)),
    },
    batch * blocks,
    batch * packedCost(product),
  );
}
