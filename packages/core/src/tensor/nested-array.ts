import { GradloomError, show } from "../errors/gradloom-error.ts";
import { showValue } from "../errors/show-value.ts";
import type { TypedArray } from "./dtype.ts";
import type { NestedArray, TensorSpec } from "./graph.ts";
import { type Shape, sizeOf } from "./shape.ts";

/** Numbers as nested arrays; true and false for bool. */
export function nested(data: TypedArray, { shape, dtype }: TensorSpec): NestedArray {
  let rows: readonly NestedArray[] = Array.from<number, NestedArray>(data, dtype === "bool" ? Boolean : Number);
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    const [inner, size] = [rows, shape[axis]!];
    rows = Array.from({ length: sizeOf(shape.slice(0, axis)) }, (_, at) => inner.slice(at * size, (at + 1) * size));
  }
  return rows[0]!;
}

/** So many axes no computation needs: an array that is nested deeper is a mistake, or part of itself. */
const mostAxes = 64;

/** The shape of nested arrays by the first entry of each. */
export function shapeOf(name: string, values: unknown): Shape {
  const shape: number[] = [];
  for (let row = values; Array.isArray(row); row = (row as readonly unknown[])[0]) {
    if (shape.length === mostAxes) {
      throw new GradloomError(
        "nesting",
        `${name}: the array is nested more than ${mostAxes} deep, or is part of itself; give flat numbers with a shape`,
      );
    }
    shape.push(row.length);
  }
  return shape;
}

/** Hands over the numbers of nested arrays of a shape in their order, `true` as 1; throws where rows differ or an entry is no number. */
export function eachNumber(name: string, values: unknown, shape: Shape, take: (value: number) => void): void {
  const path: number[] = [];
  let kind: string | undefined;
  const walk = (row: unknown, depth: number): void => {
    const wanted = shape[depth];
    if (wanted === undefined && !Array.isArray(row)) {
      kind ??= typeof row;
      if (kind !== typeof row || (kind !== "number" && kind !== "boolean")) throw notANumber(name, row, path, kind);
      take(Number(row));
      return;
    }
    if (wanted === undefined || !Array.isArray(row) || row.length !== wanted) {
      const found = Array.isArray(row) ? `${row.length} entries` : showValue(row);
      throw new GradloomError(
        "ragged",
        `${name}: the nested array is ragged: ${show(path.slice(0, depth))} has ${found} where ${wanted === undefined ? "a number" : `${wanted} entries`} must be`,
      );
    }
    for (let at = 0; at < wanted; at++) {
      path[depth] = at;
      walk(row[at], depth + 1);
    }
  };
  walk(values, 0);
}

function notANumber(name: string, entry: unknown, path: readonly number[], kind: string): GradloomError {
  const rule =
    path.length === 0
      ? "give numbers or booleans in arrays, or a typed array"
      : typeof entry === "number" || typeof entry === "boolean"
        ? `the first entry is a ${kind}, and they do not mix`
        : "entries must be numbers or booleans";
  return new GradloomError(
    "not-a-number",
    `${name}: ${path.length === 0 ? "what is given" : show(path)} is ${showValue(entry)}; ${rule}`,
  );
}
