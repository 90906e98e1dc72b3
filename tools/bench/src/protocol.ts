import { readFileSync, writeFileSync } from "node:fs";
import { type Arrays, type NumberArray, sizeOf } from "./arrays.ts";
import type { Outputs, Parameters } from "./case.ts";

/** Where an array lies in a file: float32 or int32, row by row, in the machine's byte order. */
interface ArrayPlace {
  readonly name: string;
  readonly dtype: "float32" | "int32";
  readonly shape: readonly number[];
  readonly offset: number;
}

/** Arrays in a file. */
export interface StoredArrays {
  readonly file: string;
  readonly arrays: readonly ArrayPlace[];
}

/** A case of a workload, for the process that is to make it. */
export interface CaseRequest {
  readonly workload: string;
  readonly parameters: Parameters;
  readonly way: string;
  readonly inputs: StoredArrays;
}

/** What a participant's process is asked, one JSON text a line. */
export type Request =
  | { readonly do: "open"; readonly module: string; readonly options: Parameters }
  | { readonly do: "prepare"; readonly case: CaseRequest; readonly outputFile: string }
  | { readonly do: "warm" | "measure"; readonly milliseconds: number }
  | { readonly do: "first"; readonly module: string; readonly options: Parameters; readonly case: CaseRequest };

/** Times of a number of runs, in milliseconds: by the clock, and of the processor in all threads of the process. */
export interface Timing {
  readonly runs: number;
  readonly wall: number;
  readonly processor: number;
}

/** What it answers, one JSON text a line. */
export type Reply =
  | { readonly is: "opened"; readonly version: string; readonly threads: number }
  | { readonly is: "prepared"; readonly outputs: StoredArrays; readonly per: number }
  | { readonly is: "timed"; readonly timing: Timing }
  | { readonly is: "missing" }
  | { readonly is: "failed"; readonly message: string };

/** Writes arrays to a file, one after the other. */
export function storeArrays(file: string, arrays: Arrays): StoredArrays {
  const bytes: Buffer[] = [];
  let offset = 0;
  const places = Object.entries(arrays).map(([name, { shape, data }]) => {
    const place: ArrayPlace = { name, dtype: data instanceof Int32Array ? "int32" : "float32", shape, offset };
    bytes.push(Buffer.from(data.buffer, data.byteOffset, data.byteLength));
    offset += data.byteLength;
    return place;
  });
  writeFileSync(file, Buffer.concat(bytes));
  return { file, arrays: places };
}

/** Results as float32 arrays with one axis. */
export function storeOutputs(file: string, outputs: Outputs): StoredArrays {
  const arrays = Object.entries(outputs).map(([name, values]): [string, NumberArray] => [
    name,
    { shape: [values.length], data: Float32Array.from(values) },
  ]);
  return storeArrays(file, Object.fromEntries(arrays));
}

/** Reads what was stored. */
export function readArrays({ file, arrays }: StoredArrays): Arrays {
  const { buffer } = new Uint8Array(readFileSync(file));
  return Object.fromEntries(
    arrays.map(({ name, dtype, shape, offset }): [string, NumberArray] => {
      const size = sizeOf(shape);
      const data = dtype === "int32" ? new Int32Array(buffer, offset, size) : new Float32Array(buffer, offset, size);
      return [name, { shape, data }];
    }),
  );
}
