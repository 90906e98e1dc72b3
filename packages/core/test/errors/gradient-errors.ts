import {
  cast,
  checkpoint,
  build,
  customGradient,
  gradients,
  jacobianVectorProduct,
  map,
  mul,
  scan,
  sum,
  tensor,
  valueAndGradients,
  variable,
  vectorJacobianProduct,
  type Layer,
  type Tensor,
} from "@gradloom/core";
import type { ErrorCase } from "./error-case.ts";

const pair = tensor([1, 2]);
const triple = tensor([1, 2, 3]);
const matrix = tensor([1, 2, 3, 4, 5, 6], { shape: [2, 3] });
const cell = variable(pair, { name: "bias" });

/** Errors of differentiation and of functions inside graphs. */
export const gradientErrors: readonly ErrorCase[] = [
  [
    "no-function",
    "valueAndGradients: a tensor [2] is no function; give one that builds tensors",
    () => valueAndGradients(pair as never, [pair]),
  ],
  ["no-tensor", "gradients: 7 is no list of tensors; give one, e.g. [a, b]", () => gradients(sum(pair), 7 as never)],
  [
    "gradients-output",
    "gradients: the output must be a single number, it is [2]; reduce it first, e.g. mean(output), or give vectorJacobianProduct a vector",
    () => gradients(pair, [pair]),
  ],
  [
    "gradients-dtype",
    "gradients: the output is int32; only float32 and float64 have gradients, cast it first",
    () => gradients(cast(sum(pair), "int32"), [pair]),
  ],
  [
    "vector-shape",
    "vectorJacobianProduct: the vector [3] meets the output [2]; they must have one shape",
    () => vectorJacobianProduct(pair, triple, [pair]),
  ],
  [
    "vector-shape",
    "jacobianVectorProduct: targets float32 [2] meet vectors float32 [3]; give one vector of the same shape and dtype for each target",
    () => jacobianVectorProduct(pair, [pair], [triple]),
  ],
  [
    "unused-target",
    'gradients: the output does not depend on variable bias [2]; leave it out, build the output after its last assign, or pass { unused: "zeros" }',
    () => gradients(sum(pair), [cell]),
  ],
  [
    "unused-target",
    'gradients: the output does not depend on target 0 [2, 3]; leave it out, build the output after its last assign, or pass { unused: "zeros" }',
    () => gradients(sum(pair), [matrix]),
  ],
  [
    "gradient-count",
    "customGradient: gradient gives nothing for 1 inputs; it must give a tensor for each, null where no gradient flows",
    () => gradients(sum(customGradient((x: Tensor) => ({ value: x, gradient: () => [] }))(pair)), [pair]),
  ],
  [
    "disagreement",
    "customGradient: input 0 is float32 [2], its gradient is float32 [2, 3]; they must agree",
    () => gradients(sum(customGradient((x: Tensor) => ({ value: x, gradient: () => [matrix] }))(pair)), [pair]),
  ],
  [
    "tensor-tree",
    "scan: the function returned a promise; it must return tensors (or arrays and records of tensors) and may not be async",
    () => scan((async () => ({ carry: [pair] })) as never, { initial: [pair], length: 2 }),
  ],
  [
    "tensor-tree",
    "map: the function returned a promise; it must return tensors (or arrays and records of tensors) and may not be async",
    () => map((async (x: Tensor) => x) as never, pair),
  ],
  [
    "scan-length",
    "map: sequences [2], [3] and length 2; all must have one whole length as their first size",
    () => map((x: Tensor) => x, pair, triple),
  ],
  ["option", "scan: initial is missing; it must be a list", () => scan(() => ({ carry: [] }), undefined as never)],
  [
    "unknown-option",
    "scan: what the step gives: a tensor [2] is no plain object; it has carry, output",
    () => scan(([x]) => x as never, { initial: [pair], length: 2 }),
  ],
  [
    "told-late",
    "customGradient: gradient uses the context of a layer to tell something; tell it beside the value",
    () => {
      const layer: Layer = {
        build: (input) => ({
          output: input,
          call: (x, context) =>
            customGradient((y: Tensor) => ({
              value: y,
              gradient: (dy) => {
                context.addLoss(sum(y));
                return [dy];
              },
            }))(x as Tensor),
        }),
      };
      build(layer, { input: [3] }).call(matrix);
    },
  ],
  [
    "checkpoint-inputs",
    "checkpoint: the function has no inputs; give it the tensors that it computes from as arguments",
    () => checkpoint(() => pair)(),
  ],
  [
    "scan-length",
    "scan: sequences (none) and length undefined; all must have one whole length as their first size",
    () => scan((carry) => ({ carry }), { initial: [pair] }),
  ],
  [
    "scan-length",
    "scan: sequences [2], [3] and length 2; all must have one whole length as their first size",
    () => scan((carry) => ({ carry }), { initial: [pair], sequences: [pair, triple] }),
  ],
  [
    "scan-carry",
    "scan: the step was given carries float32 [2] and returned float32 [3]; it must return as many of the same shapes and dtypes",
    () => scan(() => ({ carry: [triple] }), { initial: [pair], length: 2 }),
  ],
  [
    "assign-inside",
    "scan: variable bias is assigned inside; return the value and assign it outside",
    () => scan((carry) => (cell.assign(pair), { carry }), { initial: [pair], length: 2 }),
  ],
  [
    "leaked-tensor",
    "mul: a tensor that was made inside scan is used inside checkpoint; it exists only while scan is traced, so return it from there",
    () => {
      let kept = pair;
      scan((carry) => ((kept = carry[0]!), { carry }), { initial: [pair], length: 2 });
      return checkpoint((x: Tensor) => mul(x, kept))(pair);
    },
  ],
  [
    "variable-inside",
    "variable: its first value is made of what is inside checkpoint, which is traced; make the variable outside and assign to it inside",
    () => checkpoint((x: Tensor) => variable(x).value)(pair),
  ],
  [
    "tensor-tree",
    "checkpoint: the function returned a promise; it must return tensors (or arrays and records of tensors) and may not be async",
    () => checkpoint((x: Tensor) => Promise.reject(new Error("late")).then(() => x) as unknown as Tensor)(pair),
  ],
];
