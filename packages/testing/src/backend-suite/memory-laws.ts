import {
  add,
  commit,
  compile,
  matmul,
  mean,
  mul,
  sub,
  type Tensor,
  tensor,
  useBackend,
  variable,
} from "@gradloom/core";
import type { Backend } from "@gradloom/core/backend";
import { compareArrays } from "../compare-arrays.ts";
import { asTensor, readArray } from "../evaluate.ts";
import type { Law } from "../suite.ts";
import type { BackendUnderTest } from "./backend-under-test.ts";

/** What programs may do to memory that others see: numbers are small whole ones, so that every backend gets the same bits. */
export function memoryLaws(law: Law, tested: BackendUnderTest, makeBackend: () => Backend | Promise<Backend>): void {
  const onBackend = (body: () => Promise<void>) => async (): Promise<void> => {
    useBackend(await tested.backend());
    await body();
  };

  law(
    "a value taken before an assignment stays what it was",
    onBackend(async () => {
      const cell = variable([1, 2, 3]);
      cell.assign(add(cell.value, 10));
      commit();
      const before = cell.value;
      const doubled = mul(before, 2);
      cell.assign(add(cell.value, 10));
      commit();
      cell.assign(add(cell.value, 10));
      await expectNumbers(cell.value, [31, 32, 33]);
      await expectNumbers(before, [11, 12, 13]);
      await expectNumbers(doubled, [22, 24, 26]);
    }),
  );

  law(
    "two variables can swap their values",
    onBackend(async () => {
      const a = variable([1, 2]);
      const b = variable([3, 4]);
      for (let round = 0; round < 3; round++) {
        const kept = a.value;
        a.assign(b.value);
        b.assign(kept);
        commit();
      }
      await expectNumbers(a.value, [3, 4]);
      await expectNumbers(b.value, [1, 2]);
    }),
  );

  law(
    "a compiled step changes its variables in place, the same in every run",
    onBackend(async () => {
      const weight = variable(counting(3000));
      const momentum = variable(tensor(new Float32Array(3000)));
      const step = compile((gradient: Tensor) => {
        momentum.assign(add(mul(momentum.value, 2), gradient));
        weight.assign(sub(weight.value, momentum.value));
        return mean(weight.value);
      });
      for (let run = 0; run < 4; run++) step(tensor(new Float32Array(3000).fill(1)));
      // The momenta are 1, 3, 7, 15.
      await expectNumbers(
        weight.value,
        Array.from({ length: 3000 }, (_, at) => at - 26),
      );
      await expectNumbers(momentum.value, new Array<number>(3000).fill(15));
    }),
  );

  law(
    "a variable can be assigned what is computed from a product with itself",
    onBackend(async () => {
      const cell = variable([
        [1, 1],
        [0, 1],
      ]);
      for (let round = 0; round < 3; round++) {
        cell.assign(matmul(cell.value, cell.value));
        commit();
      }
      await expectNumbers(cell.value, [1, 8, 0, 1]);
    }),
  );

  law(
    "results stay when other programs run in the same memory",
    onBackend(async () => {
      const small = compile((x: Tensor) => [mul(add(x, 1), x), mean(x, { axis: 0 })]);
      const large = compile((x: Tensor) => matmul(add(x, 1), mul(x, 2)));
      const first = small([
        [1, 2],
        [3, 4],
      ]);
      const product = large(square(65));
      const second = small([
        [5, 6],
        [7, 8],
      ]);
      large(square(33));
      await expectNumbers(first[0]!, [2, 6, 12, 20]);
      await expectNumbers(first[1]!, [2, 3]);
      await expectNumbers(second[0]!, [30, 42, 56, 72]);
      // Row r of the left is r + 1, column c of the right 2 row indices: the sum of 2 (r + 1) i over i is (r + 1) 65 * 64.
      await expectNumbers(
        product,
        Array.from({ length: 65 * 65 }, (_, at) => (Math.floor(at / 65) + 1) * 65 * 64),
      );
    }),
  );

  law(
    "a read tells the numbers of its moment",
    onBackend(async () => {
      const cell = variable([1, 2]);
      const step = compile(() => cell.assign(mul(cell.value, 2)));
      step();
      const reading = cell.data();
      step();
      step();
      if (String(Array.from(await reading)) !== "2,4")
        throw new Error(`the read gave ${Array.from(await reading).join(", ")}, expected 2, 4`);
      await expectNumbers(cell.value, [8, 16]);
    }),
  );

  law(
    "a number is filled in at each run",
    onBackend(async () => {
      const scaled = compile((x: Tensor, factor: Tensor) => mul(x, factor));
      const results = [3, 1, 0, -2.5].map((factor) => scaled([1, 2], factor));
      await expectNumbers(results[0]!, [3, 6]);
      await expectNumbers(results[1]!, [1, 2]);
      await expectNumbers(results[2]!, [0, 0]);
      await expectNumbers(results[3]!, [-2.5, -5]);
    }),
  );

  law("a backend that is done with can be disposed of", async () => {
    const own = await makeBackend();
    const result = compile((x: Tensor) => add(x, x), { backend: own })([1, 2]);
    await expectNumbers(result, [2, 4]);
    await own.dispose();
  });
}

function counting(size: number): Tensor {
  return tensor(Float32Array.from({ length: size }, (_, at) => at));
}

/** Row r of a square of the size holds r in every column. */
function square(size: number): Tensor {
  return asTensor({
    shape: [size, size],
    dtype: "float32",
    data: Array.from({ length: size * size }, (_, at) => Math.floor(at / size)),
  });
}

async function expectNumbers(found: Tensor, expected: readonly number[]): Promise<void> {
  compareArrays("the value", await readArray(found), { shape: found.shape, dtype: "float32", data: expected });
}
