import { cpu } from "@gradloom/backend-cpu";
import {
  add,
  apply,
  applyAll,
  broadcastTo,
  cast,
  compile,
  concat,
  type DType,
  fused,
  type GradloomError,
  gradients,
  mul,
  primitive,
  sizeOf,
  type Shape,
  sum,
  type Tensor,
  tensor,
  type TensorSpec,
  useBackend,
  vectorJacobianProduct,
} from "@gradloom/core";
import { type Kernel, kernelBackend, type Operation } from "@gradloom/core/backend";
import { kernels } from "@gradloom/backend-cpu";
import { functionCases, primitiveCases, property } from "@gradloom/testing";
import fc from "fast-check";
import { beforeEach, describe, expect, test } from "vitest";

beforeEach(() => useBackend(cpu()));

const dtypes: readonly DType[] = ["float32", "float64", "int32", "bool"];
const shapes = fc.constantFrom<Shape>([], [1], [2], [2, 1], [1, 2], [2, 3], [3, 2], [6], [0], [2, 0]);
const specs = fc.record<TensorSpec>({ shape: shapes, dtype: fc.constantFrom(...dtypes) });
const lists = fc.array(specs, { minLength: 1, maxLength: 3 });
/** Most often the same list twice. */
const pairs = fc.oneof(
  lists.map((list) => [list, list] as const),
  fc.tuple(lists, lists),
  fc.tuple(lists, specs, fc.nat(2)).map(([list, spec, at]) => [list, list.with(at % list.length, spec)] as const),
);

/** A tensor of a shape and dtype that is made of x. */
function madeOf(x: Tensor, { shape, dtype }: TensorSpec): Tensor {
  return cast(broadcastTo(sum(x), shape), dtype);
}

function show(list: readonly TensorSpec[]): string {
  return list.map(({ shape, dtype }) => `${dtype} [${shape.join(", ")}]`).join(", ");
}

/** What the call throws, `undefined` if nothing. */
function thrownBy(call: () => unknown): unknown {
  try {
    call();
  } catch (error) {
    return error;
  }
  return undefined;
}

/** Expects the call to fail with that message where two lists differ, and else to be right. */
function expectAgreement(
  said: readonly TensorSpec[],
  given: readonly TensorSpec[],
  message: string,
  call: () => unknown,
): void {
  const error = thrownBy(call);
  if (show(said) === show(given)) expect(error).toBeUndefined();
  else expect((error as GradloomError).message).toBe(message);
}

describe("what the author of an operation says twice must agree:", () => {
  test(
    "infer and compose, when numbers are asked for and when the meaning is differentiated",
    property(
      [pairs],
      ([said, given]) => {
        const operation = fused({
          name: "acme.liar",
          infer: () => said,
          compose: ([x]) => given.map((spec) => madeOf(x!, spec)),
        });
        const message = `fused acme.liar: infer says ${show(said)}, compose gives ${show(given)}; they must agree`;
        const x = tensor([1, 2]);
        expectAgreement(said, given, message, () => {
          for (const y of compile((z: Tensor) => applyAll(operation, [z], {}))(x)) {
            const expected = y.dtype === "bool" ? 1 : 3;
            expect(Array.from(y.dataSync())).toEqual(new Array(sizeOf(y.shape)).fill(expected));
          }
        });
        const float = applyAll(operation, [x], {}).find(({ dtype }) => dtype.startsWith("float"));
        if (float !== undefined) expectAgreement(said, given, message, () => vectorJacobianProduct(float, float, [x]));
      },
      300,
    ),
  );

  test(
    "an input and its gradient",
    property(
      [specs, specs, fc.boolean()],
      (input, other, same) => {
        const floatOf = (spec: TensorSpec): TensorSpec =>
          spec.dtype.startsWith("float") ? spec : { ...spec, dtype: "float32" };
        const [said, given] = [floatOf(input), same ? floatOf(input) : floatOf(other)];
        const operation = primitive({
          name: "acme.liar",
          infer: ([x]) => [x!],
          grad: ({ incoming: [dy] }) => [() => madeOf(dy!, given)],
        });
        const x = madeOf(tensor([1, 2]), said);
        const message = `acme.liar: input 0 is ${show([said])}, its gradient is ${show([given])}; they must agree`;
        expectAgreement([said], [given], message, () => vectorJacobianProduct(apply(operation, [x], {}), x, [x]));
      },
      300,
    ),
  );
});

/** The names of all that core has, and of what every object has. */
const names = [...Object.keys(primitiveCases), ...Object.keys(functionCases), "group", "constructor", "__proto__"];

describe("a kernel table", () => {
  /** x times a factor, by a kernel of its own. */
  const scaled: Kernel<{ readonly factor: number }> = ([x], [y], { factor }) => {
    for (let at = 0; at < y!.size; at++) y!.data[y!.offset + at] = x!.data[x!.offset + at]! * factor;
  };

  test("computes operations by the kernels that it was given for them, whatever they are called", () => {
    const traits = [{}, { elementwise: true }];
    const makers = [
      (name: string, at: number) =>
        primitive<{ readonly factor: number }>({
          name,
          infer: ([x]) => [x!],
          grad: () => [null],
          traits: traits[at % 2]!,
        }),
      (name: string, at: number) =>
        fused<{ readonly factor: number }>({
          name,
          infer: ([x]) => [x!],
          compose: ([x]) => [add(x!, 1)],
          traits: traits[at % 2]!,
        }),
    ];
    for (const make of makers) {
      for (const shift of [0, 1]) {
        const made = names.map((name, at) => make(name, at + shift));
        const backend = kernelBackend({
          name: "acme",
          kernels,
          operations: new Map(made.map((operation) => [operation, scaled])),
        });
        const x = tensor([1, 2, 3]);
        const results = compile(
          (given: Tensor) => concat(made.map((operation, at) => mul(apply(operation, [given], { factor: at }), 2))),
          { backend },
        )(x);
        expect(Array.from(results.dataSync())).toEqual(names.flatMap((_, at) => [2 * at, 4 * at, 6 * at]));
      }
    }
  });

  test("expands the meanings of operations that are called like those", () => {
    const known = fused({ name: "acme.same", infer: ([x]) => [x!], compose: ([x]) => [add(x!, 1)] });
    const other = fused({ name: "acme.same", infer: ([x]) => [x!], compose: ([x]) => [add(x!, 2)] });
    const double: Kernel<object> = (inputs, outputs) => scaled(inputs, outputs, { factor: 2 });
    const operations = new Map<Operation<never>, Kernel<never>>([[known, double]]);
    const backend = kernelBackend({ name: "acme", kernels, operations });
    const run = compile((x: Tensor) => [apply(known, [x], {}), apply(other, [x], {})], { backend });
    expect(run([5]).map((y) => y.dataSync()[0])).toEqual([10, 7]);
  });

  test("never computes an operation with a meaning by a row", () => {
    const rule = {
      name: "acme.floor",
      infer: ([x]: readonly TensorSpec[]) => [x!],
      compose: ([x]: readonly Tensor[]) => [x!],
    };
    expect(() => fused({ ...rule, traits: { kernel: "floor" } as never })).toThrow(
      'acme.floor: traits: no option "kernel"',
    );
  });

  test("computes a primitive of others that claims a row, by that row and with its own gradient", () => {
    const straight = primitive({
      name: "acme.straightFloor",
      infer: ([x]) => [x!],
      grad: ({ incoming: [dy] }) => [() => dy!],
      traits: { elementwise: true, kernel: "floor" },
    });
    const x = tensor([1.5, -0.5]);
    const y = apply(straight, [x], {});
    const [slope] = gradients(sum(y), [x]);
    expect([Array.from(y.dataSync()), Array.from(slope!.dataSync())]).toEqual([
      [1, -1],
      [1, 1],
    ]);
  });
});
