// Packs every package as it would be published and looks at the tarballs: their shape (publint) and their types (attw).
// The commands of both pack by themselves, one package at a time and without pnpm's rules for what is published.
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { checkPackage, createPackageFromTarballData } from "@arethetypeswrong/core";
import { publint } from "publint";
import { formatMessage } from "publint/utils";
import { packPackages } from "./pack-packages.mjs";

// We publish ECMAScript modules only: what a require() of an old resolver makes of them is no concern.
const ignoredResolutions = ["node10", "node16-cjs"];

const folder = mkdtempSync(path.join(tmpdir(), "gradloom-packages-"));
try {
  const names = packPackages(folder);
  const problems = [];
  for (const name of names) problems.push(...(await check(name)));
  for (const problem of problems) console.error(problem);
  console.log(`package shape: ${names.length} tarballs, ${problems.length} problems`);
  process.exitCode = problems.length > 0 ? 1 : 0;
} finally {
  rmSync(folder, { recursive: true });
}

async function check(name) {
  const { buffer } = Uint8Array.from(readFileSync(path.join(folder, name)));
  const { messages, pkg } = await publint({ pack: { tarball: buffer }, strict: true });
  const types = await checkPackage(createPackageFromTarballData(new Uint8Array(buffer)));
  const wrong = types.types === false ? [{ kind: "no types" }] : types.problems;
  return [
    ...messages.map((message) => `${name}: ${formatMessage(message, pkg, { color: false })}`),
    ...wrong
      .filter(({ resolutionKind }) => !ignoredResolutions.includes(resolutionKind))
      .map((problem) => `${name}: types: ${JSON.stringify(problem)}`),
  ];
}
