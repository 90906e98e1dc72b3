import { softmax, type Tensor, tensor } from "@gradloom/core";
import { type Backend, kernelBackend, type Kernels } from "@gradloom/core/backend";
import { backendSuite } from "@gradloom/testing";
import { describe, expect, test } from "vitest";
import { loopBackend, loopKernels } from "../src/loop-backend.ts";
import { collectLaws, faultOf, type Laws } from "./collect-laws.ts";

/** The laws that the suite registers for a backend. */
function lawsOf(makeBackend: () => Backend, except: Readonly<Record<string, string>> = {}): Laws {
  return collectLaws((runner) => backendSuite(makeBackend, runner, { except }));
}

/** A backend with a kernel that differs from the right one. */
function withKernel<Name extends keyof Kernels>(
  name: Name,
  kernel: (right: Kernels[Name]) => Kernels[Name],
): () => Backend {
  return () => {
    const kernels = loopKernels();
    return kernelBackend({ name: "mutant", kernels: { ...kernels, [name]: kernel(kernels[name]) } });
  };
}

/** A backend that does one thing otherwise. */
function changed(change: (right: Backend) => Partial<Backend>): () => Backend {
  return () => {
    const right = loopBackend();
    return { ...right, ...change(right) };
  };
}

const kernelMutants: readonly (readonly [fault: string, law: string, makeBackend: () => Backend, message: RegExp])[] = [
  [
    "a maximum that starts from the smallest positive number",
    "max in float32",
    withKernel("max", (right) => (inputs, outputs, attributes) => {
      right(inputs, outputs, attributes);
      const [{ data, offset, size }] = outputs as [(typeof outputs)[number]];
      for (let at = offset; at < offset + size; at++) data[at] = Math.max(data[at]!, 1.2e-38);
    }),
    /output 0, float32 \[.*\]: element \[.*\] is 1\.\d+e-38, expected -/,
  ],
  [
    "a maximum of two that overlooks NaN",
    "maximum in float64",
    withKernel("maximum", () => ([a, b], [y]) => {
      for (let at = 0; at < y!.size; at++) {
        const [left, right] = [a!.data[a!.offset + at]!, b!.data[b!.offset + at]!];
        y!.data[y!.offset + at] = left > right ? left : right;
      }
    }),
    /output 0, float64 \[.*\]: element \[.*\] is .*, expected/,
  ],
  [
    "a position of the largest that is the last of equals",
    "argMax in int32",
    withKernel("argMax", () => ([x], [y]) => {
      const [, length, inner] = x!.shape as readonly [number, number, number];
      for (let lane = 0; lane < y!.size; lane++) {
        const start = x!.offset + Math.floor(lane / inner) * length * inner + (lane % inner);
        let best = 0;
        for (let at = 1; at < length; at++)
          if (x!.data[start + at * inner]! >= x!.data[start + best * inner]!) best = at;
        y!.data[y!.offset + lane] = best;
      }
    }),
    /output 0, int32 \[.*\]: element \[.*\] is \d+, expected \d+/,
  ],
  [
    "a product that reads B untransposed",
    "matmul in float32",
    withKernel("matmul", (right) => (inputs, outputs, { transposeA }) => {
      const [a, b] = inputs as [(typeof inputs)[number], (typeof inputs)[number]];
      const [batch, rows, columns] = [
        b.shape[0]!,
        outputs[0]!.shape[2]!,
        b.size / Math.max(b.shape[0]! * outputs[0]!.shape[2]!, 1),
      ];
      right(
        [a, { ...b, size: b.size, data: b.data, offset: b.offset, dtype: b.dtype, shape: [batch, columns, rows] }],
        outputs,
        { transposeA, transposeB: false },
      );
    }),
    /expected/,
  ],
  [
    "an exponential that ends at the largest number",
    "exp in float32",
    withKernel("exp", (right) => (inputs, outputs, attributes) => {
      right(inputs, outputs, attributes);
      const [{ data, offset, size }] = outputs as [(typeof outputs)[number]];
      for (let at = offset; at < offset + size; at++) data[at] = Math.min(data[at]!, 3.4e38);
    }),
    /is 3\.39\d*e\+38, expected Infinity/,
  ],
  [
    "a cast that rounds to the nearest",
    "cast in float32",
    withKernel("cast", (right) => (inputs, outputs, attributes) => {
      right(inputs, outputs, attributes);
      const [{ data: x, offset: from, dtype }] = inputs as [(typeof inputs)[number]];
      const [{ data: y, offset: to, size, dtype: target }] = outputs as [(typeof outputs)[number]];
      if (dtype === "float32" && target === "int32")
        for (let at = 0; at < size; at++) if (Math.abs(x[from + at]!) < 1e9) y[to + at] = Math.round(x[from + at]!);
    }),
    /output 0, int32/,
  ],
  [
    "a scatter whose later number replaces the earlier",
    "scatterAdd in float32",
    withKernel("scatterAdd", () => ([x, indices], [y], { length }) => {
      const [outer, count, inner] = x!.shape as readonly [number, number, number];
      y!.data.fill(0, y!.offset, y!.offset + y!.size);
      for (let row = 0; row < outer * count; row++) {
        const index = Math.max(0, Math.min(indices!.data[indices!.offset + (row % count)]!, length - 1));
        for (let at = 0; at < inner; at++) {
          y!.data[y!.offset + (Math.floor(row / count) * length + index) * inner + at] =
            x!.data[x!.offset + row * inner + at]!;
        }
      }
    }),
    /output 0, float32/,
  ],
  [
    "a mask that repeats every step",
    "randomBits in uint32",
    withKernel(
      "randomBits",
      (right) =>
        ([key, step], outputs, attributes) =>
          right(
            [key!, { ...step!, data: new Uint32Array(1), offset: 0, size: 1, shape: [1], dtype: "uint32" }],
            outputs,
            attributes,
          ),
    ),
    /output 0, uint32/,
  ],
  [
    "an overlap that is not added up",
    "overlapAdd in float64",
    withKernel("overlapAdd", () => ([x], [y], { length, stride, dilation }) => {
      const [outer, count, size, inner] = x!.shape as readonly [number, number, number, number];
      y!.data.fill(0, y!.offset, y!.offset + y!.size);
      for (let at = 0; at < outer * count * size * inner; at++) {
        const [lane, place, window] = [
          at % inner,
          Math.floor(at / inner) % size,
          Math.floor(at / (inner * size)) % count,
        ];
        const to =
          (Math.floor(at / (inner * size * count)) * length + window * stride + place * dilation) * inner + lane;
        y!.data[y!.offset + to] = x!.data[x!.offset + at]!;
      }
    }),
    /output 0, float64/,
  ],
];

const behaviours: readonly (readonly [fault: string, law: string, makeBackend: () => Backend, message: RegExp])[] = [
  [
    "a copy that is the same memory",
    "a value taken before an assignment stays what it was",
    changed(() => ({ copy: (buffer) => buffer })),
    /is (21|31), expected 11/,
  ],
  [
    "a read that waits",
    "a read tells the numbers of its moment",
    changed((right) => ({ read: async (buffer) => Promise.resolve().then(() => right.read(buffer)) })),
    /the read gave 8, 16, expected 2, 4/,
  ],
  [
    "numbers that stay as at the first run",
    "a number is filled in at each run",
    changed((right) => ({
      compile: (program) => {
        const executable = right.compile(program);
        let first: readonly unknown[] | undefined;
        return {
          run: (slots) =>
            executable.run(
              slots.map((slot, at) => (typeof slot === "number" ? ((first ??= [...slots])[at] as number) : slot)),
            ),
        };
      },
    })),
    /is 3, expected 1/,
  ],
  [
    "results in memory that the next run takes",
    "results stay when other programs run in the same memory",
    () => {
      const right = loopBackend();
      const buffers = new Map<string, ReturnType<Backend["allocate"]>>();
      return {
        ...right,
        compile: (program) => {
          const executable = right.compile(program);
          return {
            run: (slots) =>
              executable.run(slots).map((buffer, at) => {
                const shared = buffers.get(`${at} ${buffer.bytes}`) ?? buffer;
                buffers.set(`${at} ${buffer.bytes}`, shared);
                right.write(shared, right.readSync!(buffer));
                return shared;
              }),
          };
        },
      };
    },
    /is 30, expected 2/,
  ],
];

describe("the backend suite finds", () => {
  test.each([...kernelMutants, ...behaviours])("%s", async (_, law, makeBackend, message) => {
    expect(await faultOf(lawsOf(makeBackend), `backend > ${law}`)).toMatch(message);
  });

  test("a fused kernel that is not its meaning", async () => {
    const [{ node: made }] = softmax(tensor([1])).node.inputs as [Tensor];
    const wrong = (): Backend =>
      kernelBackend({
        name: "mutant",
        kernels: loopKernels(),
        operations: new Map([
          [
            made.operation,
            // Without the shift by the maximum and with the wrong sum.
            ([x], [y]) => {
              for (let at = 0; at < y!.size; at++) y!.data[y!.offset + at] = Math.exp(x!.data[x!.offset + at]!);
            },
          ],
        ]),
      });
    expect(await faultOf(lawsOf(wrong), "backend > softmax of float32, with its gradients")).toMatch(
      /result 0, float32/,
    );
  });

  test("a backend that runs a dtype which it says it lacks", async () => {
    const lying = changed((right) => ({
      supports: { ...right.supports, dtypes: ["float32", "bool", "int32", "uint32", "uint8"] },
    }));
    expect(await faultOf(lawsOf(lying), "backend > add in float64")).toBe("no fault was found");
  });
});

describe("the backend suite passes", () => {
  test("the loop backend in the laws of programs and memory", async () => {
    const laws = lawsOf(loopBackend);
    for (const { 1: law } of behaviours) expect(await faultOf(laws, `backend > ${law}`)).toBe("no fault was found");
    expect(await faultOf(laws, "backend > random programs in float32")).toBe("no fault was found");
  });
});

describe("exceptions", () => {
  test("are skipped, with their reason", () => {
    const laws = lawsOf(loopBackend, { "sin in float32": "the device's sine has 11 bits" });
    expect([...laws.keys()]).toContain("backend > skipped: sin in float32 (left out: the device's sine has 11 bits)");
  });

  test("that name no law are an error", () => {
    expect(() => lawsOf(loopBackend, { "sine in float32": "misspelt" })).toThrow(
      'backend: the exceptions "sine in float32" name no law',
    );
  });
});
