import { type DType, sameShape } from "@gradloom/core";
import { type HostArray, indexOf } from "./host-array.ts";
import { rounded } from "./loop-backend.ts";

/** The relative distance of neighbouring numbers of a dtype; 0 for whole numbers. */
export function unitOf(dtype: DType): number {
  return { float32: 2 ** -23, float64: 2 ** -52 }[dtype as string] ?? 0;
}

/** How far a number may be from the expected one: 0 asks for the same bits. */
export type Allowance = (place: number, expected: number) => number;

/** Throws, naming the element, unless `got` has the shape, the dtype and (within the allowance) the numbers of `expected`. */
export function compareArrays(name: string, got: HostArray, expected: HostArray, allowance: Allowance = () => 0): void {
  if (got.dtype !== expected.dtype || !sameShape(got.shape, expected.shape)) {
    throw new Error(`${name} is ${described(got)}, expected ${described(expected)}`);
  }
  const wanted = rounded(expected.data, expected.dtype);
  if (got.data.length !== wanted.length)
    throw new Error(`${name} holds ${got.data.length} numbers, expected ${wanted.length}`);
  for (let place = 0; place < wanted.length; place++) {
    const allowed = allowance(place, wanted[place]!);
    if (near(got.data[place]!, wanted[place]!, allowed)) continue;
    throw new Error(
      `${name}, ${described(got)}: element [${indexOf(place, got.shape).join(", ")}] is ${shown(got.data[place]!)}, ` +
        `expected ${shown(wanted[place]!)}${allowed > 0 ? ` within ${allowed.toPrecision(2)}` : ""}`,
    );
  }
}

function near(got: number, expected: number, allowed: number): boolean {
  if (Object.is(got, expected)) return true;
  // No finite number is near an infinite one, whatever the allowance makes of it.
  if (allowed === 0 || !Number.isFinite(expected)) return false;
  return Math.abs(got - expected) <= allowed;
}

function described({ shape, dtype }: HostArray): string {
  return `${dtype} [${shape.join(", ")}]`;
}

function shown(value: number): string {
  return Object.is(value, -0) ? "-0" : String(value);
}
