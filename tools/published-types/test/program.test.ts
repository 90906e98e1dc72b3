import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const packages = fileURLToPath(new URL("../../../packages", import.meta.url));
const program = readFileSync(new URL("../program.ts", import.meta.url), "utf8");

/** What is read of a package.json. */
interface Manifest {
  readonly name: string;
  readonly exports: Readonly<Record<string, string | { readonly types: string }>>;
  readonly dependencies?: Readonly<Record<string, string>>;
}

const manifests = readdirSync(packages).map(
  (name) => JSON.parse(readFileSync(path.join(packages, name, "package.json"), "utf8")) as Manifest,
);

test("the program that oldest compilers check reaches every entry", () => {
  const umbrella = manifests.find(({ name }) => name === "gradloom")!;
  const reached = Object.keys(umbrella.dependencies ?? {});
  const entries = manifests.flatMap(({ name, exports }) =>
    Object.entries(exports)
      .filter(([, target]) => typeof target === "object")
      .map(([entry]) => path.posix.join(name, entry)),
  );
  const missing = entries.filter((entry) => !reached.includes(entry) && !program.includes(`from "${entry}"`));
  expect(missing).toEqual([]);
});
