import type { DType, Shape, Tensor } from "@gradloom/core";

const numbers = [0.5, 1, -1, 0, 2, -0, 3, -0.25, 7, 0.1];

/** Draws at random among tensors. The same seed draws the same things wherever shapes and dtypes are the same. */
export class Choices {
  private readonly values: readonly Tensor[];
  private state: number;

  constructor(values: readonly Tensor[], seed: number) {
    this.values = values;
    this.state = seed;
  }

  /** A whole number below the bound. */
  below(bound: number): number {
    this.state = (Math.imul(this.state ^ (this.state >>> 15), 0x2c1b3c6d) + 0x9e3779b9) >>> 0;
    return (this.state >>> 8) % bound;
  }

  one<Item>(list: readonly Item[]): Item {
    return list[this.below(list.length)]!;
  }

  number(): number {
    return this.one(numbers);
  }

  tensor(): Tensor {
    return this.one(this.values);
  }

  /** A tensor that fits, if there is one. */
  fitting(fits: (tensor: Tensor) => boolean): Tensor | undefined {
    const list = this.values.filter(fits);
    return list.length === 0 ? undefined : this.one(list);
  }

  float(): Tensor {
    return this.fitting(({ dtype }) => dtype === "float32" || dtype === "float64") ?? this.tensor();
  }

  /** Some axes of a tensor, in any order. */
  axes({ rank }: Tensor): readonly number[] {
    const mask = this.below(2 ** rank);
    const axes = Array.from({ length: rank }, (_, axis) => axis).filter((axis) => (mask >> axis) & 1);
    return this.below(2) === 0 ? axes : axes.reverse();
  }

  /** Numbers for a leaf: fractions, now and then an infinity, a NaN or a negative zero. */
  data(shape: Shape): number[] {
    const seed = this.below(1000);
    const size = shape.reduce((product, length) => product * length, 1);
    return Array.from({ length: size }, (_, at) => {
      const value = ((seed * 31 + at * 17) % 23) - 9;
      if (seed % 20 === 0 && at % 7 === 3) return [NaN, Infinity, -0, -Infinity][(seed / 20) % 4]!;
      return seed % 3 === 0 ? value : value / 8;
    });
  }
}

/** Whether two tensors can meet in an elementwise operation. */
export function canMeet(a: Tensor, b: Tensor): boolean {
  const integers: readonly DType[] = ["int32", "uint32"];
  if (a.dtype === "uint8" || b.dtype === "uint8") return false;
  if (a.dtype !== b.dtype && integers.includes(a.dtype) && integers.includes(b.dtype)) return false;
  for (let axis = 1; axis <= Math.min(a.rank, b.rank); axis++) {
    const one = a.shape.at(-axis)!;
    const other = b.shape.at(-axis)!;
    if (one !== other && one !== 1 && other !== 1) return false;
  }
  return true;
}
