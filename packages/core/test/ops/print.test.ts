import { inspect } from "node:util";
import { cpu } from "@gradloom/backend-cpu";
import {
  add,
  build,
  cast,
  createTrainer,
  arange,
  print,
  reshape,
  sequential,
  type Shape,
  sizeOf,
  type Tensor,
  tensor,
  useBackend,
  variable,
  type Variable,
} from "@gradloom/core";
import { property } from "@gradloom/testing";
import { array, constantFrom, integer } from "fast-check";
import { beforeAll, describe, expect, test, vi } from "vitest";

beforeAll(() => useBackend(cpu()));

async function printed(x: Tensor | Variable): Promise<string> {
  const log = vi.spyOn(console, "log").mockImplementation(() => {});
  await print(x);
  const text = log.mock.calls.map((line) => line.join(" ")).join("\n");
  log.mockRestore();
  return text;
}

test("what is logged, or is part of JSON, is what it is and not the graph inside of it", () => {
  const model = build(sequential(), { input: [2] });
  const trainer = createTrainer({
    plugins: [cpu()],
    model: sequential(),
    loss: (prediction) => prediction.mean({ axis: 1 }),
    optimizer: { learningRate: 1, links: [] } as never,
  });
  const shown: readonly (readonly [object, string])[] = [
    [add(tensor([[1, 2, 3]]), 1), "Tensor(float32 [1, 3])"],
    [variable([1, 2], { name: "bias" }), "Variable(bias: float32 [2])"],
    [model, "Model([batch, 2] -> [batch, 2], 0 parameters)"],
    [trainer, "Trainer(not built yet)"],
  ];
  for (const [value, text] of shown) {
    expect(inspect(value)).toBe(text);
    expect(inspect({ deep: [value] })).toBe(`{ deep: [ ${text} ] }`);
    expect(JSON.stringify({ value })).toBe(JSON.stringify({ value: text }));
    expect(String(value)).toBe(text);
  }
});

test(
  "nested arrays come out as they went in",
  property(
    [array(integer({ min: 0, max: 3 }), { maxLength: 4 }), constantFrom("float64", "int32", "bool", "uint8")],
    async (shape: Shape, dtype: "float64" | "int32" | "bool" | "uint8") => {
      const x = cast(reshape(arange(sizeOf(shape)), shape), dtype);
      const nested = await x.array();
      const flat = ([nested] as unknown[]).flat(Infinity);
      expect(flat).toEqual(Array.from(await x.data(), (value) => (dtype === "bool" ? value !== 0 : value)));
      const empty = shape.indexOf(0);
      expect(tensor(nested, { dtype }).shape).toEqual(empty < 0 ? shape : shape.slice(0, empty + 1));
    },
  ),
);

describe("print", () => {
  test("aligns columns, with as many digits behind the point as are needed", async () => {
    expect(
      await printed(
        tensor([
          [1, -20.5],
          [0.25, 3],
        ]),
      ),
    ).toBe("Tensor(float32 [2, 2])\n[[  1.00, -20.50],\n [  0.25,   3.00]]");
    expect(await printed(tensor([0.1, NaN, -Infinity, -0]))).toBe(
      "Tensor(float32 [4])\n[      0.1,       NaN, -Infinity,        -0]",
    );
    expect(await printed(tensor([1e-20, 1, 3e38]))).toBe("Tensor(float32 [3])\n[1e-20,     1, 3e+38]");
    expect(await printed(tensor([[true], [false]]))).toBe("Tensor(bool [2, 1])\n[[ true],\n [false]]");
    expect(await printed(tensor(7))).toBe("Tensor(float32 [])\n7");
    expect(await printed(tensor([[], []]))).toBe("Tensor(float32 [2, 0])\n[[],\n []]");
    expect(await printed(variable([1], { name: "bias" }))).toBe("Variable(bias: float32 [1])\n[1]");
    expect(await printed(reshape(arange(8), [2, 2, 2]))).toBe(
      "Tensor(int32 [2, 2, 2])\n[[[0, 1],\n  [2, 3]],\n\n [[4, 5],\n  [6, 7]]]",
    );
  });

  test("leaves out the middle of long axes of more than 1,000 numbers", async () => {
    expect(await printed(reshape(arange(4000), [4, 1000]))).toBe(
      [
        "Tensor(int32 [4, 1000])",
        "[[   0,    1,    2, ...,  997,  998,  999],",
        " [1000, 1001, 1002, ..., 1997, 1998, 1999],",
        " [2000, 2001, 2002, ..., 2997, 2998, 2999],",
        " [3000, 3001, 3002, ..., 3997, 3998, 3999]]",
      ].join("\n"),
    );
    expect((await printed(arange(1000))).includes("...")).toBe(false);
  });
});
