import { cpu, kernels } from "@gradloom/backend-cpu";
import {
  add,
  apply,
  applyAll,
  cast,
  compile,
  fused,
  gradients,
  mul,
  primitive,
  reshape,
  sum,
  tensor,
  transpose,
  useBackend,
  variable,
  type Operation,
  type Tensor,
} from "@gradloom/core";
import { hostKernels, kernelBackend, type KernelSet } from "@gradloom/core/backend";
import type { ErrorCase } from "./error-case.ts";

useBackend(cpu());
const matrix = tensor([
  [1, 2, 3],
  [4, 5, 6],
]);
const bias = variable([1, 2, 3], { name: "bias" });
const outside = add(matrix, 1);

/** An operation whose meaning is what `compose` builds. */
function meaning(compose: (x: Tensor) => unknown): (x: Tensor) => Tensor {
  const operation = fused({
    name: "acme.foo",
    infer: ([x]) => [x!],
    compose: ([x]) => compose(x!) as readonly Tensor[],
  });
  return (x) => apply(operation, [x], {});
}

/** The numbers of such an operation of the matrix. */
function composed(compose: (x: Tensor) => unknown): () => unknown {
  return () => meaning(compose)(matrix).dataSync();
}

/** The gradient of an operation of the matrix and a row whose gradients are what `grad` gives. */
function withGrad(grad: (dy: Tensor) => unknown): () => unknown {
  const operation = primitive({
    name: "acme.foo",
    infer: ([x]) => [x!],
    grad: ({ incoming: [dy] }) => grad(dy!) as ReturnType<NonNullable<Operation["grad"]>>,
  });
  return () => gradients(sum(apply(operation, [matrix, tensor([1, 2, 3])], {})), [matrix]);
}

const plain = fused<object>({ name: "acme.foo", infer: ([x]) => [x!], compose: ([x]) => [mul(x!, 2)] });

/** Calls an operation that infers something. */
function inferring(infer: () => unknown): () => unknown {
  const operation = primitive({ name: "acme.foo", infer: infer as Operation["infer"], grad: () => [null] });
  return () => apply(operation, [matrix], {});
}

const trimmed = primitive<{ readonly less?: boolean }>({
  name: "acme.trimmed",
  infer: ([x], { less }) => (less ? [{ shape: [1], dtype: "float32" }] : [x!, x!]),
  grad: () => [null],
  traits: { trim: () => ({ attributes: { less: true }, outputs: 1 }) },
});

/** Errors of operations whose authors say one thing and do another. */
function kernelsOf(operation: Operation): KernelSet {
  return hostKernels({ name: "@acme/kernels", target: "toy", kernels: new Map([[operation, () => undefined]]) });
}

export const ownOperationErrors: readonly ErrorCase[] = [
  [
    "disagreement",
    "fused acme.foo: infer says float32 [2, 3], compose gives float32 [3, 2]; they must agree",
    composed((x) => [transpose(x)]),
  ],
  [
    "disagreement",
    "fused acme.foo: infer says float32 [2, 3], compose gives int32 [2, 3]; they must agree",
    composed((x) => [cast(x, "int32")]),
  ],
  [
    "disagreement",
    "fused acme.foo: infer says float32 [2, 3], compose gives float32 [2, 3], float32 [6]; they must agree",
    composed((x) => [x, reshape(x, [6])]),
  ],
  [
    "disagreement",
    "fused acme.foo: infer says float32 [2, 3], compose gives nothing; they must agree",
    composed(() => []),
  ],
  [
    "disagreement",
    "fused acme.foo: infer says float32 [2, 3], compose gives a tensor [2, 3]; they must agree",
    composed((x) => x),
  ],
  [
    "disagreement",
    "fused acme.foo: infer says float32 [2, 3], compose gives undefined; they must agree",
    composed(() => [undefined]),
  ],
  [
    "disagreement",
    "fused acme.foo: infer says float32 [2, 3], compose gives float32 [3, 2]; they must agree",
    () => gradients(sum(meaning((x) => [transpose(x)])(matrix)), [matrix]),
  ],
  [
    "meaning",
    "fused acme.foo: compose reads a tensor float32 [3] from outside; it may use its inputs and attributes alone",
    composed((x) => [mul(x, bias.value)]),
  ],
  [
    "meaning",
    "fused acme.foo: compose reads a tensor float32 [2, 3] from outside; it may use its inputs and attributes alone",
    composed((x) => [mul(x, outside)]),
  ],
  [
    "meaning",
    "fused acme.foo: compose reads a tensor float32 [2, 3] from outside; it may use its inputs and attributes alone",
    () => compile((x: Tensor) => meaning((y) => [mul(y, x)])(mul(x, 2)))(matrix),
  ],
  [
    "meaning",
    "fused acme.foo: compose assigns variable bias; it may use its inputs and attributes alone",
    composed((x) => {
      bias.assign(tensor([0, 0, 0]));
      return [x];
    }),
  ],
  [
    "gradient-count",
    "acme.foo: grad gives a function for 2 inputs; it must give a function that builds it for each, null where no gradient flows",
    withGrad((dy) => [() => dy]),
  ],
  [
    "gradient-count",
    "acme.foo: grad gives float32 [2, 3], null for 2 inputs; it must give a function that builds it for each, null where no gradient flows",
    withGrad((dy) => [dy, null]),
  ],
  [
    "gradient-count",
    "acme.foo: grad gives undefined for 2 inputs; it must give a function that builds it for each, null where no gradient flows",
    withGrad(() => undefined),
  ],
  [
    "disagreement",
    "acme.foo: input 0 is float32 [2, 3], its gradient is float32 [3, 2]; they must agree",
    withGrad((dy) => [() => transpose(dy), null]),
  ],
  [
    "disagreement",
    "acme.foo: input 0 is float32 [2, 3], its gradient is float64 [2, 3]; they must agree",
    withGrad((dy) => [() => cast(dy, "float64"), null]),
  ],
  [
    "disagreement",
    "acme.foo: input 0 is float32 [2, 3], its gradient is 7; they must agree",
    withGrad(() => [() => 7, null]),
  ],
  [
    "disagreement",
    "acme.trimmed: trim keeps float32 [2, 3], infer gives float32 [1]; they must agree",
    () => applyAll(trimmed, [matrix], {})[0]!.dataSync(),
  ],
  ["option", "acme.foo: what infer gives is undefined; it must be a list", inferring(() => undefined)],
  [
    "option",
    "acme.foo: what infer gives[0] is undefined; it must be a shape and a dtype",
    inferring(() => [undefined]),
  ],
  [
    "option",
    "acme.foo: the shape of output 0 is [2, 1.5]; it must be a shape, a list of whole numbers of 0 or more",
    inferring(() => [{ shape: [2, 1.5], dtype: "float32" }]),
  ],
  [
    "option",
    'acme.foo: the dtype of output 0 is "float16"; it must be "bool", "int32", "uint32", "float32", "float64" or "uint8"',
    inferring(() => [{ shape: [2], dtype: "float16" }]),
  ],
  [
    "option",
    "primitive: grad is missing; it must be a function",
    () => primitive({ name: "acme.foo", infer: ([x]: readonly Tensor[]) => [x!] } as never),
  ],
  [
    "unknown-option",
    'fused: no option "compsoe" (did you mean compose?); it has name, infer, compose, grad, traits',
    () => fused({ name: "acme.foo", infer: ([x]: readonly Tensor[]) => [x!], compsoe: () => [] } as never),
  ],
  [
    "unknown-option",
    'acme.foo: traits: no option "elementWise" (did you mean elementwise?); it has kernel, elementwise, reduction, alias, broadcast, constant, neutral, barrier, kernels, loop, visible, trim',
    () => primitive({ name: "acme.foo", infer: () => [], grad: () => [], traits: { elementWise: true } as never }),
  ],
  [
    "option",
    "apply: the operation is undefined; it must be what primitive or fused gives",
    () => apply(undefined as never, [matrix], {}),
  ],
  [
    "no-tensor",
    "acme.foo: a tensor [2, 3] is no list of tensors; give one, e.g. [a, b]",
    () => apply(plain, matrix as never, {}),
  ],
  [
    "option",
    "acme.foo: attributes is undefined; it must be a plain object",
    () => apply(plain, [matrix], undefined as never),
  ],
  [
    "attributes",
    "acme.foo: the attributes contain themselves or are nested deeper than 32",
    () => {
      const cyclic: Record<string, unknown> = {};
      cyclic["self"] = [cyclic];
      apply(plain, [matrix], cyclic);
    },
  ],
  [
    "kernel-form",
    "@acme/kernels: acme.foo is a view, a barrier or a loop, which has no kernel; leave it out",
    () => kernelsOf(fused({ name: "acme.foo", infer: ([x]) => [x!], compose: ([x]) => [x!], traits: { alias: true } })),
  ],
  [
    "two-kernels",
    "toy: @acme/kernels and @acme/kernels both have kernels, e.g. for acme.foo; leave one out",
    () => {
      const backend = kernelBackend({ name: "toy", kernels });
      backend.extend!(kernelsOf(plain) as KernelSet<never>);
      backend.extend!(kernelsOf(plain) as KernelSet<never>);
    },
  ],
];
