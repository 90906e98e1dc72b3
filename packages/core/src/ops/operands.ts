import { GradloomError, show } from "../errors/gradloom-error.ts";
import { type DType, dtypes, held, isFloat } from "../tensor/dtype.ts";
import type { TensorSpec, Operand } from "../tensor/graph.ts";
import { broadcastShapes, type Shape } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { leaf } from "../tensor/leaf.ts";
import { checkTensor } from "./apply.ts";
import { cast } from "./cast.ts";

const scalar: Shape = [];

/** A number as a leaf: it is a slot of the program, so that another value needs no other program. */
export function numberLike(tensor: Tensor, value: number, dtype: DType = tensor.dtype): Tensor {
  return leaf({ kind: "number", value }, { shape: scalar, dtype });
}

/** The dtype that two dtypes meet in: bool < int32, uint32 < float32 < float64. */
export function promote(name: string, a: DType, b: DType): DType {
  if (a === b && a !== "uint8") return a;
  const one = dtypes[a];
  const other = dtypes[b];
  if (one.class === "storage" || other.class === "storage") {
    // Why: Bytes are for storage: computed with, they would overflow at 255. Of images, the layers of a network want numbers around 0 to 1, not
    // to 255, so `cast` alone mostly trains badly; `scale` of a data set casts and multiplies. Where tensors are made by hand, it is
    // `cast(x, "float32").div(255)`.
    throw new GradloomError(
      "storage-dtype",
      `${name}: uint8 is a storage dtype, ${a} meets ${b}; cast it first, e.g. cast(x, "float32"); data.scale(1 / 255) makes floats from 0 to 1 of images`,
    );
  }
  if (one.rank === other.rank) {
    throw new GradloomError(
      "mixed-integers",
      `${name}: ${a} meets ${b}; integers of different sign do not mix, cast one of them`,
    );
  }
  return one.rank > other.rank ? a : b;
}

/** The dtype that a number takes when it meets a tensor: the tensor's, or float32 for a fraction that meets an integer. */
function dtypeOfNumber(name: string, value: number, dtype: DType): DType {
  const kind = dtypes[dtype].class;
  if (kind === "float") return dtype;
  if (kind === "storage") return promote(name, dtype, dtype);
  if (!Number.isInteger(value)) return "float32";
  return kind === "bool" ? "int32" : dtype;
}

/** x as numbers to compute with: bool counts as int32, uint8 must be cast first. */
export function toNumber(name: string, x: Tensor): Tensor {
  checkTensor(name, x);
  return x.dtype === "bool" ? cast(x, "int32") : cast(x, promote(name, x.dtype, x.dtype));
}

/** x as a float: integers and bool become float32. */
export function toFloat(name: string, x: Tensor): Tensor {
  checkTensor(name, x);
  return isFloat(x.dtype) ? x : cast(x, promote(name, x.dtype, "float32"));
}

/** A number as a tensor that meets x; an error if the dtype that it takes does not hold it. */
function numberBeside(name: string, x: Tensor, value: number): Tensor {
  const dtype = dtypeOfNumber(name, value, x.dtype);
  return numberLike(x, held(name, value, dtype), dtype);
}

/** Both operands as floats of one dtype. */
export function floatPair(name: string, a: Operand, b: Operand): readonly [Tensor, Tensor] {
  if (typeof a === "number" && typeof b !== "number") return pair(name, a, toFloat(name, b));
  if (typeof b === "number" && typeof a !== "number") return pair(name, toFloat(name, a), b);
  const [one, other] = pair(name, a, b);
  return [toFloat(name, one), toFloat(name, other)];
}

/** The least and the greatest of the whole numbers that a number meets; undefined where it meets floats, or is none. */
export function rangeMet(name: string, value: Operand, x: Operand): readonly [number, number] | undefined {
  if (typeof value !== "number" || typeof x === "number") return undefined;
  checkTensor(name, x);
  const { class: kind, range } = dtypes[x.dtype === "bool" ? "int32" : x.dtype];
  return kind === "integer" ? range : undefined;
}

/** The operand; a number beyond the whole numbers that it meets as the nearest of them. */
export function within(name: string, value: Operand, x: Operand): Operand {
  const range = rangeMet(name, value, x);
  if (range === undefined) return value;
  return (value as number) > range[1] ? range[1] : (value as number) < range[0] ? range[0] : value;
}

/** Both operands as tensors of one dtype. */
export function pair(name: string, a: Operand, b: Operand): readonly [Tensor, Tensor] {
  if (typeof a === "number" && typeof b === "number") {
    throw new GradloomError(
      "no-tensor",
      `${name}: both operands are numbers, ${a} and ${b}; at least one must be a tensor`,
    );
  }
  if (typeof a !== "number") checkTensor(name, a);
  if (typeof b !== "number") checkTensor(name, b);
  const first = typeof a === "number" ? numberBeside(name, b as Tensor, a) : a;
  const second = typeof b === "number" ? numberBeside(name, first, b) : b;
  if (first.dtype === second.dtype && first.dtype !== "uint8") return [first, second];
  const dtype = promote(name, first.dtype, second.dtype);
  return [cast(first, dtype), cast(second, dtype)];
}

/** The shape that the inputs stretch to; the rule of every elementwise operation. */
export function stretched(name: string, inputs: readonly TensorSpec[]): Shape {
  let shape = inputs[0]!.shape;
  for (let input = 1; input < inputs.length; input++) {
    const met = broadcastShapes(shape, inputs[input]!.shape);
    if (typeof met === "number") {
      const other = inputs[input]!.shape;
      throw new GradloomError(
        "broadcast",
        `${name}: cannot stretch ${show(shape)} and ${show(other)} to one shape: ${shape.at(met)} meets ${other.at(met)} ` +
          `at axis ${met}; sizes must be equal or 1`,
      );
    }
    shape = met;
  }
  return shape;
}
