// The laws of the kernels of two packages, with the published packages alone; prints each law that does not hold, and how many do.
import { distances } from "@acme/distances";
import { distanceKernels } from "@acme/distances/wasm";
import { roots } from "@acme/roots";
import { hostRoot, rootKernelsOfCpu } from "@acme/roots/cpu";
import { rootKernels } from "@acme/roots/wasm";
import { cpu } from "@gradloom/backend-cpu";
import { wasm } from "@gradloom/backend-wasm";
import { wasmForTests } from "@gradloom/backend-wasm/kernels";
import { backendSuite, kernelCase, kernelSuite, shapes } from "@gradloom/testing";
import fastCheck from "fast-check";

const laws = [];
const groups = [];
const test = (name, body) => laws.push({ name: [...groups, name].join(" > "), body });
const runner = {
  describe(name, body) {
    groups.push(name);
    body();
    groups.pop();
  },
  test: Object.assign(test, { skip: () => undefined }),
};

const onThreads = Object.fromEntries(
  [1, 2, 3].map((threads) => [`wasm with ${threads} threads`, () => wasmForTests({ threads })]),
);
const size = fastCheck.integer({ min: 1, max: 7 });
const pairs = () =>
  kernelCase({
    operation: distances,
    settings: fastCheck.record({ rows: size, columns: size, depth: size }),
    inputs: ({ rows, columns, depth }) => [
      [rows, depth],
      [columns, depth],
    ],
  });
kernelSuite({ pairwiseDistances: pairs }, runner, { kernels: [distanceKernels], backends: onThreads });

const cubes = () =>
  kernelCase({
    operation: roots,
    settings: shapes({ maxRank: 3, empty: false }),
    inputs: (shape) => [{ shape, domain: { from: 0.5, to: 3 } }],
    reference: hostRoot,
  });
kernelSuite({ cubeRoot: cubes }, runner, { kernels: [rootKernels, rootKernelsOfCpu], backends: { ...onThreads, cpu } });

// The backend stays one: its laws but those of single functions, whose names have a dtype.
const kernels = [distanceKernels, rootKernels];
const few = (name, body) => /(float|int)\d|bool/.test(name) || test(name, body);
backendSuite(() => wasm({ threads: 1, kernels }), { ...runner, test: Object.assign(few, { skip: () => undefined }) });

let held = 0;
for (const { name, body } of laws) {
  try {
    await body();
    held++;
  } catch (error) {
    console.log(`${name}: ${error.stack} ${error.cause?.stack ?? ""}`);
  }
}
console.log(`${held} of ${laws.length} laws hold`);
