import { wasm } from "@gradloom/backend-wasm";
import { add, argMax, compile, concat, flip, max, type Tensor, tensor, transpose } from "@gradloom/core";
import { describe, expect, test } from "vitest";

const backend = wasm();

function counting(...shape: readonly number[]): Tensor {
  return tensor(
    Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, at) => at),
    { shape },
  );
}

async function run(build: (x: Tensor) => Tensor, x: Tensor): Promise<readonly number[]> {
  return Array.from(await compile((input: Tensor) => build(input), { backend })(x).data());
}

describe("movement beyond the sizes of bands and runs", () => {
  for (const [rows, columns] of [
    [130, 70],
    [67, 201],
    [64, 64],
    [3, 300],
    [300, 3],
  ] as const) {
    test(`transpose of [${rows}, ${columns}]`, async () => {
      const expected = Array.from({ length: rows * columns }, (_, at) => (at % rows) * columns + Math.floor(at / rows));
      expect(await run((x) => transpose(x), counting(rows, columns))).toEqual(expected);
    });
  }

  test("transposes inside outer axes", async () => {
    const [outer, rows, columns] = [3, 70, 9];
    const found = await run((x) => transpose(x, [0, 2, 1]), counting(outer, rows, columns));
    const expected = Array.from({ length: outer * rows * columns }, (_, at) => {
      const [block, within] = [Math.floor(at / (rows * columns)), at % (rows * columns)];
      return block * rows * columns + (within % rows) * columns + Math.floor(within / rows);
    });
    expect(found).toEqual(expected);
  });

  test("long runs and long flips", async () => {
    const x = counting(5, 1000);
    const doubled = await run((input) => concat([input, flip(input, 1)], 1), x);
    expect(doubled.slice(2000, 2003)).toEqual([1000, 1001, 1002]);
    expect(doubled.slice(3000, 3003)).toEqual([1999, 1998, 1997]);
  });
});

describe("stretched inputs of groups", () => {
  for (const [from, to] of [
    [[40], [30, 40]],
    [
      [30, 1],
      [30, 40],
    ],
    [
      [5, 1, 40],
      [5, 30, 40],
    ],
    [
      [5, 1, 20, 1],
      [5, 30, 20, 9],
    ],
    [
      [7, 1, 1],
      [7, 6, 3],
    ],
    [[3], [50, 3]],
  ] as const) {
    test(`[${from.join(", ")}] along [${to.join(", ")}]`, async () => {
      const full = counting(...to);
      const stretched = counting(...from);
      const sum = compile((a: Tensor, b: Tensor) => add(a, b), { backend });
      const found = await sum(full, stretched).data();
      const lead = [...new Array<number>(to.length - from.length).fill(1), ...from];
      found.forEach((value, at) => {
        let rest = at;
        let place = 0;
        let stride = 1;
        for (let axis = to.length - 1; axis >= 0; axis--) {
          const index = rest % to[axis]!;
          rest = Math.floor(rest / to[axis]!);
          if (lead[axis]! > 1) place += index * stride;
          stride *= lead[axis]!;
        }
        expect(value).toBe(at + place);
      });
    });
  }
});

test("the largest of long rows and columns, and where it is", async () => {
  const x = Float32Array.from({ length: 70 * 130 }, (_, at) => (at * 7919) % 9973);
  const rowMax = await run((input) => max(input, { axis: 1 }), tensor(x, { shape: [70, 130] }));
  const rowPlace = await run((input) => argMax(input, { axis: 1 }), tensor(x, { shape: [70, 130] }));
  const columnMax = await run((input) => max(input, { axis: 0 }), tensor(x, { shape: [70, 130] }));
  for (let row = 0; row < 70; row++) {
    const values = x.subarray(row * 130, (row + 1) * 130);
    expect(rowMax[row]).toBe(Math.max(...values));
    expect(rowPlace[row]).toBe(values.indexOf(rowMax[row]!));
  }
  for (let column = 0; column < 130; column++)
    expect(columnMax[column]).toBe(Math.max(...x.filter((_, at) => at % 130 === column)));
});
