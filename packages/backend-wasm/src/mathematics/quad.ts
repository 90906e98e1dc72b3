import { type DType, dtypes } from "@gradloom/core/backend";
import type { Operand } from "../assembler/encode.ts";
import type { Expression, Type, Vector } from "../assembler/expression.ts";
import type { FunctionBuilder } from "../assembler/function-builder.ts";
import { f32x4, f64x2, type FloatLanes, firstLane, i32x4, type LaneAccess, shuffle, v128 } from "../assembler/lanes.ts";
import { byte, i32 } from "../assembler/scalars.ts";

/**
 * Four neighbouring elements in registers: two vectors of float64, one of anything else. Bool is a mask (all bits of a lane, or none), uint8 is
 * whole numbers of 32 bits.
 */
export type Quad = readonly Vector[];

type Address = Operand<"i32">;

/** Four elements from memory, `offset` bytes after the address. */
export function loadQuad(dtype: DType, address: Address, offset = 0): Quad {
  if (dtype === "float64") return [v128.load(address, offset), v128.load(address, offset + 16)];
  if (dtypes[dtype].bytes === 4) return [v128.load(address, offset)];
  return [fromBytes(dtype, v128.loadFirst32(address, offset))];
}

/** One element from memory, in the first lane; the others are 0. */
export function loadOne(dtype: DType, address: Address): Quad {
  if (dtype === "float64") return [v128.loadFirst64(address), v128.constant(0)];
  if (dtypes[dtype].bytes === 4) return [v128.loadFirst32(address)];
  return [fromByte(dtype, i32x4.replace(v128.constant(0), 0, i32.load8(address)))];
}

/** One element from memory in all four places. */
export function loadSame(dtype: DType, address: Address): Quad {
  if (dtype === "float64") return [v128.loadSplat64(address), v128.loadSplat64(address)];
  if (dtypes[dtype].bytes === 4) return [v128.loadSplat32(address)];
  return [fromByte(dtype, i32x4.splat(i32.load8(address)))];
}

/** Writes four elements to memory, `offset` bytes after the address. */
export function storeQuad(code: FunctionBuilder, dtype: DType, address: Address, quad: Quad, offset = 0): void {
  if (dtypes[dtype].bytes === 1) code.store(firstLane[32], address, i32x4.toBytes(stored(dtype, quad[0]!)), offset);
  else quad.forEach((vector, at) => code.store(v128, address, vector, offset + 16 * at));
}

/** The first element in all four places. */
export function spread(quad: Quad): Quad {
  const [first] = quad;
  const same = quad.length === 2 ? shuffle(first!, first!, [0, 0]) : shuffle(first!, first!, [0, 0, 0, 0]);
  return quad.map(() => same);
}

/** Writes the first element to memory. */
export function storeOne(code: FunctionBuilder, dtype: DType, address: Address, quad: Quad): void {
  const { bytes } = dtypes[dtype];
  if (bytes === 1) code.store(byte, address, i32x4.extract(stored(dtype, quad[0]!), 0));
  else code.store(firstLane[bytes === 8 ? 64 : 32], address, quad[0]!);
}

/** A mask of four lanes as two masks of two lanes. */
export function widened(mask: Vector): readonly [Vector, Vector] {
  return [shuffle(mask, mask, [0, 0, 1, 1]), shuffle(mask, mask, [2, 2, 3, 3])];
}

/** Two masks of two lanes as a mask of four lanes; of doubles turned to 32 bits, the first halves. */
export function narrowed(first: Vector, second: Vector): Vector {
  return shuffle(first, second, [0, 2, 4, 6]);
}

/** The first two lanes of two vectors. */
export function joined(first: Vector, second: Vector): Vector {
  return shuffle(first, second, [0, 2]);
}

/** Lanes 2 and 3 first. */
export function upper(x: Vector): Vector {
  return shuffle(x, x, [1, 1]);
}

/** What the vectors of a float dtype can do. */
export function lanesOf(dtype: DType): FloatLanes {
  return dtype === "float64" ? f64x2 : f32x4;
}

/** The vector with every lane replaced by what the formula gives for it. */
export function eachLane<T extends Type>(
  { count, replace }: LaneAccess<T>,
  x: Vector,
  formula: (lane: number) => Expression<T>,
): Vector {
  let vector = x;
  for (let lane = 0; lane < count; lane++) vector = replace(vector, lane, formula(lane));
  return vector;
}

function fromBytes(dtype: DType, bytes: Vector): Vector {
  return fromByte(dtype, i32x4.fromBytes(bytes));
}

function fromByte(dtype: DType, wide: Vector): Vector {
  return dtype === "bool" ? i32x4.notEqual(wide, 0) : wide;
}

function stored(dtype: DType, lanes: Vector): Vector {
  return dtype === "bool" ? v128.and(lanes, 1) : lanes;
}
