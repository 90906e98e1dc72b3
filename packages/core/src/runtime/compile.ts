import { checkOptions } from "../errors/options.ts";
import { checkFunction } from "../ops/apply.ts";
import { hostTensor, newLeaf } from "../ops/creation.ts";
import type { NestedArray } from "../tensor/graph.ts";
import { commit } from "../tensor/commit.ts";
import { openFrame } from "../tensor/frame.ts";
import type { TypedArray } from "../tensor/dtype.ts";
import { Tensor } from "../tensor/tensor.ts";
import { refuseLeaked } from "../tensor/refuse-leaked.ts";
import { deviceOf } from "./backend-device.ts";
import { type BackendOptions, backendFields } from "../backend/backend-options.ts";
import type { TensorTree } from "../tensor/tensor-tree.ts";
import { type Build, Trace } from "./trace.ts";
import { TraceCache } from "./trace-cache.ts";

/** What a compiled function takes for a tensor: one, a number (a float32 scalar), or data as `tensor` takes it. */
export type Argument = Tensor | number | TypedArray | NestedArray;

/** The compiled function: the same arguments, also as numbers or data. */
export type Compiled<Arguments extends readonly Tensor[], Result> = (
  ...values: { readonly [Place in keyof Arguments]: Argument }
) => Result;

/**
 * A function that is traced once for each set of argument shapes and then only run: nothing of it is rebuilt. It must be synchronous and
 * build the same graph at every call; variables that it assigns change when it is called. Calling it is a commit.
 */
export function compile<Arguments extends readonly Tensor[], Result extends TensorTree | void>(
  build: (...values: Arguments) => Result,
  options: BackendOptions = {},
): Compiled<Arguments, Result> {
  checkFunction("compile", build);
  checkOptions("compile", backendFields, options);
  const { backend } = options;
  const traces = new TraceCache();
  const home = backend === undefined ? undefined : deviceOf(backend);
  return (...values) => {
    const inputs: (Tensor | number)[] = [];
    const frame = openFrame();
    for (const value of values) {
      const input = value instanceof Tensor || typeof value === "number" ? value : hostTensor("compile", value);
      if (input instanceof Tensor) refuseLeaked("compile", input, frame.scope);
      inputs.push(input);
    }
    if (frame.parent !== undefined) return build(...(inputs.map(asTensor) as unknown as Arguments));
    const pending = inputs.filter((input): input is Tensor => typeof input !== "number" && input.storage === undefined);
    if (frame.assigned.size > 0 || pending.length > 0) commit(pending, { home, on: home, patient: true });
    const known = traces.get(inputs);
    const trace = known ?? new Trace(inputs, home);
    trace.ensure(build as unknown as Build);
    if (known === undefined) traces.add(inputs, trace);
    return trace.run(inputs) as Result;
  };
}

function asTensor(value: Tensor | number): Tensor {
  return typeof value === "number" ? newLeaf({ kind: "number", value }, { shape: [], dtype: "float32" }) : value;
}
