import type { Backend } from "../backend/backend.ts";
import { deviceOf } from "../runtime/backend-device.ts";
import { compile, type Compiled } from "../runtime/compile.ts";
import { zeros } from "../ops/creation.ts";
import type { TensorSpec } from "../tensor/graph.ts";
import type { Tensor } from "../tensor/tensor.ts";
import type { TensorTree } from "../tensor/tensor-tree.ts";
import { Variable } from "../tensor/variable.ts";

/** Where training keeps its numbers and runs its functions. */
export interface Workplace {
  /** A variable of zeros. */
  cell(name: string, spec: TensorSpec): Variable;
  compiled<Result extends TensorTree | void>(
    build: (...values: readonly Tensor[]) => Result,
  ): Compiled<readonly Tensor[], Result>;
}

/** The workplace on a backend, or on the default one. */
export function workplaceOn(backend: Backend | undefined): Workplace {
  const options = backend === undefined ? {} : { backend };
  const device = backend === undefined ? undefined : deviceOf(backend);
  return {
    cell: (name, { shape, dtype }) => new Variable(zeros(shape, dtype), name, device),
    compiled: (build) => compile(build, options),
  };
}

/** Sets variables to zeros. */
export function clear(cells: readonly Variable[]): void {
  for (const cell of cells) cell.assign(zeros(cell.shape, cell.dtype));
}
