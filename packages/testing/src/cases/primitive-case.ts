import type { DType, TensorSpec } from "@gradloom/core";
import { type Arbitrary, constantFrom, oneof, tuple } from "fast-check";
import { type HostArray, stretchedShape } from "../host-array.ts";
import { type Domain, type InputSpec, specialNumbers } from "../input-spec.ts";
import { type ShapeOptions, sizes, stretchingShapes } from "../shapes.ts";

/** How near a backend must come to the reference: the same bits, the same but for rounding, or but for the rounding of the sum of its terms. */
export type Rounding = "exact" | "rounded" | "summed";

/** One call of a primitive: what it is given, before its numbers are drawn. */
export interface Request<Attributes> {
  readonly inputs: readonly InputSpec[];
  readonly attributes: Attributes;
}

/** A primitive as law: which requests it must serve, and what comes out, in the plainest loops. */
export interface PrimitiveCase<Attributes> {
  /** Each output element comes from the input elements of its place, inputs stretched. */
  readonly elementwise: boolean;
  /** The dtypes of the `"float"` inputs, and of the operation. */
  readonly dtypes: readonly DType[];
  readonly requests: (dtype: DType) => Arbitrary<Request<Attributes>>;
  infer(inputs: readonly TensorSpec[], attributes: Attributes): readonly TensorSpec[];
  /** The numbers of each output; they are rounded to the output's dtype afterwards, integers wrap. */
  reference(
    inputs: readonly HostArray[],
    attributes: Attributes,
    outputs: readonly TensorSpec[],
  ): readonly ArrayLike<number>[];
  readonly rounding: Rounding;
}

export const floats: readonly DType[] = ["float32", "float64"];
export const integers: readonly DType[] = ["int32", "uint32"];
export const numeric: readonly DType[] = [...floats, ...integers];
export const storable: readonly DType[] = [...numeric, "bool", "uint8"];

/** The dtype of functions that give floats: floats stay, others become float32. */
export function asFloat(dtype: DType): DType {
  return floats.includes(dtype) ? dtype : "float32";
}

/** The dtype of functions that count: truths become int32, others stay. */
export function asNumber(dtype: DType): DType {
  return dtype === "bool" ? "int32" : dtype;
}

/** Numbers of a dtype with which arithmetic of that dtype goes wrong: NaN and infinities, or what overflows. */
export function hardNumbers(dtype: DType): Domain {
  if (dtype === "int32") return { among: [0, 1, -1, 2, 3, -7, 65_536, 123_456_789, 2_147_483_647, -2_147_483_648] };
  if (dtype === "uint32") return { among: [0, 1, 2, 3, 7, 65_536, 123_456_789, 2_147_483_648, 4_294_967_295] };
  return floats.includes(dtype) ? { among: specialNumbers } : {};
}

/**
 * The same for operations that sum products. A product beyond float32 would be infinite there, and NaN with one of the other sign, but finite in
 * the reference, which computes in doubles. With 1e15 for 1e30, products and their sums are within range.
 */
export function hardFactors(dtype: DType): Domain {
  if (!floats.includes(dtype)) return hardNumbers(dtype);
  return { among: specialNumbers.map((value) => (Math.abs(value) === 1e30 ? value / 1e15 : value)) };
}

/** [outer, length, inner] in odd sizes, some of them longer than the blocks that backends work in. */
export function blocks(options: Pick<ShapeOptions, "empty"> = {}): Arbitrary<readonly [number, number, number]> {
  const long = constantFrom([2, 1030, 1], [1, 3, 1030], [65, 17, 33], [1, 2050, 1] as const) as Arbitrary<
    [number, number, number]
  >;
  return oneof({ arbitrary: tuple(sizes(options), sizes(options), sizes(options)), weight: 7 }, long);
}

/** Drawn from the usual numbers, or from those that go wrong. */
export function domains(dtype: DType): Arbitrary<Domain> {
  return constantFrom({}, {}, hardNumbers(dtype));
}

/** Shapes that stretch to one, some of them longer than the blocks that backends work in. */
export function elementwiseShapes(count: number): Arbitrary<readonly (readonly number[])[]> {
  const long = tuple(
    constantFrom(1023, 1024, 1025, 3001),
    ...Array.from({ length: count }, () => constantFrom("whole", "whole", "single", "row")),
  ).map(([length, ...kinds]) =>
    kinds.map((kind) => (kind === "whole" ? [2, length] : kind === "single" ? [1] : [2, 1])),
  );
  return oneof({ arbitrary: stretchingShapes(count), weight: 4 }, long);
}

/** The rule of elementwise primitives: the stretched shape, with the dtype of the input at `like`, or another. */
export function elementwiseInfer(like: number | DType): PrimitiveCase<object>["infer"] {
  return (inputs) => [
    {
      shape: stretchedShape(inputs.map(({ shape }) => shape)),
      dtype: typeof like === "number" ? inputs[like]!.dtype : like,
    },
  ];
}
