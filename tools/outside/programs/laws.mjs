// The laws of the kernels of two packages, with the published packages alone; prints each law that does not hold, and how many do.
import { distances } from "@acme/distances";
import { distanceKernels } from "@acme/distances/wasm";
import { roots } from "@acme/roots";
import { hostRoot, rootKernelsOfCpu } from "@acme/roots/cpu";
import { rootKernels } from "@acme/roots/wasm";
import { cpu } from "@gradloom/backend-cpu";
import { wasmForTests } from "@gradloom/backend-wasm/kernels";
import { kernelCase, kernelSuite, shapes } from "@gradloom/testing";
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
