import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { rollup } from "rollup";
import { packageBuild } from "../../rollup.config.mjs";

const packages = fileURLToPath(new URL("../../../packages", import.meta.url));

/** What is read of a package.json. */
interface Manifest {
  readonly name: string;
  readonly files: readonly string[];
  readonly publishConfig: { readonly exports: object };
}

/** Puts every package into `folder`/node_modules, made from its sources: code and data as they are published. */
export async function publishInto(folder: string): Promise<void> {
  await Promise.all(readdirSync(packages).map((name) => publish(path.join(packages, name), folder)));
}

/** Puts the package at `root` there. */
export async function publish(root: string, folder: string): Promise<void> {
  const manifest = JSON.parse(readFileSync(path.join(root, "package.json"), "utf8")) as Manifest;
  const target = path.join(folder, "node_modules", manifest.name);
  mkdirSync(target, { recursive: true });
  const published = { ...manifest, exports: manifest.publishConfig.exports };
  writeFileSync(path.join(target, "package.json"), JSON.stringify(published));
  for (const name of manifest.files.filter((file) => file !== "dist" && existsSync(path.join(root, file))))
    cpSync(path.join(root, name), path.join(target, name), { recursive: true });
  const { output, ...input } = packageBuild(root, path.join(target, "dist"));
  await (await rollup(input)).write(output);
}
