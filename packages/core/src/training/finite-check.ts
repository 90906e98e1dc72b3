import type { Backend } from "../backend/backend.ts";
import { compile } from "../backend/compile.ts";
import { reshape, sum } from "../ops/axes.ts";
import { cast } from "../ops/cast.ts";
import { sub } from "../ops/elementwise.ts";
import { concat } from "../ops/movement.ts";
import { isFloat } from "../tensor/dtype.ts";
import type { Tensor } from "../tensor/tensor.ts";
import type { Variable } from "../tensor/variable.ts";

/** Looks whether variables hold finite numbers only: one program over all of them, one small read. */
export class FiniteCheck {
  private readonly backend: Backend | undefined;
  private variables: readonly Variable[] = [];
  private program: (() => Tensor) | undefined;

  constructor(backend: Backend | undefined) {
    this.backend = backend;
  }

  /** The first of the variables that holds an infinite number or NaN. */
  async firstSpoilt(variables: readonly Variable[]): Promise<Variable | undefined> {
    const floats = variables.filter(({ dtype }) => isFloat(dtype));
    if (floats.length === 0) return undefined;
    if (floats.length !== this.variables.length || this.program === undefined) {
      this.variables = floats;
      this.program = compile(
        () => concat(floats.map(spoiltBy)),
        this.backend === undefined ? {} : { backend: this.backend },
      );
    }
    const found = await this.program().data();
    return this.variables[found.findIndex((value: number) => value !== 0)];
  }
}

/** 0 for finite numbers only, as x - x is; [1]. */
function spoiltBy({ value }: Variable): Tensor {
  return reshape(sum(cast(sub(value, value), "float32")), [1]);
}
