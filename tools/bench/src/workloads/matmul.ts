import { matmul as matrixProduct } from "@gradloom/core";
import { type Arrays, largestError, randomNumbers } from "../arrays.ts";
import type { Outputs } from "../case.ts";
import { tensorOf } from "../dense-network.ts";
import { type PerformanceGoal, timesAsFast, timesAsFastAsAny } from "../performance-goal.ts";
import { aboutResults, caseOf, ways } from "../results-case.ts";
import type { Group, Row } from "../workload.ts";

/** This many rows of the result are compared with float64. */
const checkedRows = 8;

function error({ c }: Outputs, { a, b }: Arrays, size: number, transposeA: boolean, transposeB: boolean): number {
  if (c?.length !== size * size) return Infinity;
  let worst = 0;
  for (let checked = 0; checked < checkedRows; checked++) {
    const row = Math.floor(((checked + 0.5) * size) / checkedRows);
    const expected = Float64Array.from({ length: size }, (_, column) => {
      let sum = 0;
      for (let inner = 0; inner < size; inner++) {
        const left = a!.data[transposeA ? inner * size + row : row * size + inner]!;
        sum += left * b!.data[transposeB ? column * size + inner : inner * size + column]!;
      }
      return sum;
    });
    worst = Math.max(worst, largestError(Array.prototype.slice.call(c, row * size, (row + 1) * size), expected));
  }
  return worst;
}

interface Kind {
  readonly transposeA?: boolean;
  readonly transposeB?: boolean;
  /** Whether b is another tensor in every run, made of the same numbers, so that nobody can keep it packed. */
  readonly newB?: boolean;
}

function row(name: string, size: number, kind: Kind = {}): Row {
  const { transposeA = false, transposeB = false, newB = false } = kind;
  return {
    name,
    parameters: { transposeA, transposeB, newB },
    inputs: () => ({ a: randomNumbers(1, [size, size]), b: randomNumbers(2, [size, size]) }),
    check: (inputs) => (outputs) => error(outputs, inputs, size, transposeA, transposeB),
    operations: 2 * size ** 3,
  };
}

/** The part of the engine's own speed that a product reaches. */
function shareOfPeak(name: string, size: number, ours: string, least: number): PerformanceGoal {
  return {
    says: `matmul/${name}: ${ours} reaches at least ${least} % of the engine's multiply-add peak`,
    measured(results) {
      const time = results.time(`matmul/${name}`, ours);
      const peaks = ["peak/multiply-add", "peak/relaxed-multiply-add"].flatMap((peak) => {
        const result = results.find(peak, "engine");
        return result === undefined ? [] : result.operations! / results.time(peak, "engine")!;
      });
      return time === undefined || peaks.length === 0 ? undefined : (200 * size ** 3) / time / Math.max(...peaks);
    },
    unit: "%",
    least,
  };
}

const peers = ["tfjs-cpu", "tfjs-wasm", "jax-js"];

/** Square matrix products. */
export const matmul: Group = {
  name: "matmul",
  title: "Matrix product",
  about: `c = a b for square float32 matrices, stored as they are or transposed. TensorFlow.js wasm keeps b packed from one run to the next; in the rows named new-b, everyone makes b anew of a typed array in every run. Rows of c are compared with float64. ${aboutResults}`,
  rows: [
    row("64", 64),
    row("256", 256),
    row("512", 512),
    row("1024", 1024),
    row("512-new-b", 512, { newB: true }),
    row("1024-new-b", 1024, { newB: true }),
    row("512-aᵀb", 512, { transposeA: true }),
    row("512-abᵀ", 512, { transposeB: true }),
    row("512-aᵀbᵀ", 512, { transposeA: true, transposeB: true }),
  ],
  tolerance: 1e-5,
  ways,
  gradloom({ parameters, arrays, way }) {
    const { transposeA, transposeB, newB } = parameters as Required<Kind>;
    const [a, b] = [tensorOf(arrays["a"]!), tensorOf(arrays["b"]!)];
    return caseOf(
      way,
      (right) => ({ c: matrixProduct(a, right!, { transposeA, transposeB }) }),
      () => [newB ? tensorOf(arrays["b"]!) : b],
    );
  },
  goals: [
    ...["wasm", "wasm, into variables"].flatMap((ours) => [
      shareOfPeak("512", 512, ours, 85),
      shareOfPeak("1024", 1024, ours, 90),
      ...["512", "1024"].map((name) => timesAsFastAsAny(`matmul/${name}`, ours, peers, 1.55)),
      ...["512-new-b", "1024-new-b"].map((name) => timesAsFastAsAny(`matmul/${name}`, ours, peers, 1.8)),
    ]),
    ...["512", "1024"].flatMap((name) => [
      timesAsFast(`matmul/${name}`, "wasm-256", "wasm", 1.6),
      timesAsFast(`matmul/${name}`, "wasm-2", "wasm", 1.6),
    ]),
    ...["512-aᵀb", "512-abᵀ", "512-aᵀbᵀ"].map((name) => timesAsFast(`matmul/${name}`, "wasm", "tfjs-wasm", 15)),
  ],
};
