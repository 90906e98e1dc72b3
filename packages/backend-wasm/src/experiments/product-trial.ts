import { bytesOf, type Primitives, type Region, type Shape } from "@gradloom/core/backend";
import { i32 } from "../assembler/scalars.ts";
import { elementOf } from "../kernels/matmul/element.ts";
import { packedCall, productOf } from "../kernels/matmul/matmul.ts";
import { packedProduct } from "../kernels/matmul/packed.ts";
import { roundUp } from "../memory/alignment.ts";
import type { LinearMemory } from "../memory/linear-memory.ts";
import type { Argument } from "../kernels/call.ts";
import type { Library, Linked } from "../program/library.ts";

type Layout = Primitives["matmul"];

interface Sizes {
  readonly rows: number;
  readonly inner: number;
  readonly columns: number;
}

/** Every height of tile, edges of tiles, and more than one block along each axis. */
const sizesTried: readonly Sizes[] = [
  ...[1, 2, 3, 4, 5, 6, 13].flatMap((rows) => [5, 16, 35].map((columns) => ({ rows, inner: 7, columns }))),
  { rows: 11, inner: 259, columns: 37 },
  { rows: 200, inner: 6, columns: 19 },
  { rows: 5, inner: 3, columns: 2070 },
];
const layouts: readonly Layout[] = [false, true].flatMap((transposeA) =>
  [false, true].map((transposeB) => ({ transposeA, transposeB })),
);

/** What is timed: all operands stay in the first caches. */
const timed: Sizes = { rows: 96, inner: 256, columns: 96 };
const timings = 8;

const bytes = 1 << 20;
/** What lies after a result and must not change. */
const guard = 12_345;
const guardBytes = 64;

/** The product of single precision of a library, tried in memory of its own. */
export class ProductTrial {
  readonly library: Library;
  private readonly linear: LinearMemory;
  private readonly base: number;
  private run: Linked["run"] = () => undefined;

  constructor(library: Library, linear: LinearMemory) {
    this.library = library;
    this.linear = linear;
    this.base = linear.allocate(bytes, "the trial of a product");
  }

  /** Compiles the product, and runs it once. */
  prepare(): this {
    const kernel = packedProduct(elementOf("float32"));
    const { run } = this.library.link(({ module, importKernel }) => {
      const target = importKernel(kernel);
      const step = module.define(["i32", "i32", "i32", "i32"], undefined, (code, [, table]) =>
        code.run(target, ...[...kernel.parameters, "from", "to"].map((_, at) => i32.load(table!, 4 * at))),
      );
      return { step, bytes: 0, nanoseconds: 0, divided: false, outputs: new Map() };
    });
    this.run = run;
    this.time(1);
    return this;
  }

  /** Whether all products are what a plain loop gives. They are of whole numbers, so that no order of summation matters. */
  isRight(): boolean {
    return sizesTried.every((sizes) => {
      const expected = plainProduct(sizes);
      return layouts.every((layout) => {
        const { y, table } = this.place(sizes, layout);
        this.linear.array("float32").fill(guard, y / 4, y / 4 + expected.length);
        this.run(this.base, table, 0, 1);
        const numbers = this.linear.read("float32", y, expected.length);
        return expected.every((value, at) => value === numbers[at]);
      });
    });
  }

  /** The milliseconds of a product, the least of some. */
  time(runs: number = timings): number {
    const { table } = this.place(timed, { transposeA: false, transposeB: false });
    let least = Infinity;
    for (let at = 0; at < runs; at++) {
      const start = performance.now();
      this.run(this.base, table, 0, 1);
      least = Math.min(least, performance.now() - start);
    }
    return least;
  }

  close(): void {
    this.linear.release(this.base);
  }

  /** Writes A, B and the arguments of the product; the addresses of y and of the arguments. */
  private place({ rows, inner, columns }: Sizes, layout: Layout): { readonly y: number; readonly table: number } {
    const { transposeA, transposeB } = layout;
    let next = this.base;
    const take = (size: number): number => {
      const address = next;
      next += roundUp(size);
      return address;
    };
    const matrix = (shape: Shape): Region => {
      const address = take(bytesOf({ shape, dtype: "float32" }) + guardBytes);
      return { place: { kind: "arena", offset: address }, shape: [1, ...shape], dtype: "float32" };
    };
    const a = matrix(transposeA ? [inner, rows] : [rows, inner]);
    const b = matrix(transposeB ? [columns, inner] : [inner, columns]);
    const y = matrix([rows, columns]);
    this.fill(a, transposeA, left);
    this.fill(b, transposeB, right);
    const { values, tasks } = packedCall(productOf(a, b, y, layout), layout, {
      reserveOwn: (size) => ({ offset: take(size), bytes: size }),
    });
    const table = take(4 * (values.length + 2));
    this.linear.array("uint32").set([...values.map(valueOf), 0, tasks], table / 4);
    return { y: valueOf(y), table };
  }

  private fill(matrix: Region, transposed: boolean, number: (row: number, column: number) => number): void {
    const [, lines, width] = matrix.shape as readonly [number, number, number];
    const numbers = this.linear.array("float32");
    let address = valueOf(matrix) / 4;
    for (let line = 0; line < lines; line++)
      for (let at = 0; at < width; at++) numbers[address++] = transposed ? number(at, line) : number(line, at);
  }
}

/** Numbers of A and of B. */
const left = (row: number, step: number): number => ((row * 5 + step * 3) % 11) - 5;
const right = (step: number, column: number): number => ((step * 7 + column * 4) % 13) - 6;

/** A B row by row, and what follows it. */
function plainProduct({ rows, inner, columns }: Sizes): number[] {
  const y: number[] = [];
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      let sum = 0;
      for (let step = 0; step < inner; step++) sum += left(row, step) * right(step, column);
      y.push(sum);
    }
  }
  return [...y, ...new Array<number>(guardBytes / 4).fill(guard)];
}

/** An argument as a number: the regions here lie at addresses. */
function valueOf(value: Argument): number {
  if (typeof value === "number") return value;
  if ("offset" in value) return value.offset;
  const { place } = "region" in value ? value.region : value;
  return (place as { readonly offset: number }).offset;
}
