// Plants faults, one at a time, of kinds that other libraries have really had, and checks that the tests find each. Options choose
// mutants by words of their names or files; with `--fit` none is tested, only that each still fits its source.
// Ours stays: StrykerJS changes single expressions, each for a run of the tests; these are few, named, and may span several lines.
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { mutants, planted } from "./mutants.mjs";

const words = process.argv.slice(2);
const sources = mutants.map((mutant) => planted(mutant, readFileSync(mutant.file, "utf8")));
if (words.includes("--fit")) {
  console.log(`${sources.length} faults fit their sources`);
  process.exit();
}
const vitest = "node_modules/vitest/vitest.mjs";
const survivors = [];
let count = 0;
for (const [at, mutant] of mutants.entries()) {
  if (!words.every((word) => mutant.name.includes(word) || mutant.file.includes(word))) continue;
  count++;
  const start = performance.now();
  const options = ["run", "--config", "tools/mutants/vitest.config.mjs", "--root", ".", "--bail", "1", ...mutant.tests];
  const { status, signal, stdout, stderr } = spawnSync(process.execPath, [vitest, ...options], {
    encoding: "utf8",
    // A fault may also make a loop endless.
    timeout: 120_000,
    env: { ...process.env, GRADLOOM_MUTANT: String(at) },
  });
  const found = signal !== null || (status !== 0 && / failed/.test(stdout));
  console.log(`${found ? "found" : "MISSED"}  ${mutant.name} (${((performance.now() - start) / 1e3).toFixed(1)} s)`);
  if (!found) survivors.push(`${mutant.name}\n${stdout}${stderr}`);
}
for (const survivor of survivors) console.error(`\nNot found: ${survivor}`);
console.log(`${count - survivors.length} of ${count} faults found`);
process.exitCode = survivors.length > 0 || count === 0 ? 1 : 0;
