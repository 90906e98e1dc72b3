import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, renameSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { packPackages } from "../../pack-packages.mjs";

const root = fileURLToPath(new URL("../../..", import.meta.url));

/** Builds the packages, packs them, and installs the tarballs in `folder`/node_modules, as on a user's machine. */
export function installPackages(folder: string): void {
  run(process.execPath, "tools/run.mjs", "build");
  const packed = path.join(folder, "packed");
  mkdirSync(packed);
  for (const tarball of packPackages(packed)) install(path.join(packed, tarball), folder);
}

function install(tarball: string, folder: string): void {
  const unpacked = `${tarball}.unpacked`;
  mkdirSync(unpacked);
  run("tar", "-xzf", tarball, "-C", unpacked);
  const content = path.join(unpacked, "package");
  const { name } = JSON.parse(readFileSync(path.join(content, "package.json"), "utf8")) as { readonly name: string };
  const target = path.join(folder, "node_modules", name);
  mkdirSync(path.dirname(target), { recursive: true });
  renameSync(content, target);
}

function run(command: string, ...parameters: readonly string[]): void {
  const { error, status, stdout, stderr } = spawnSync(command, parameters, { cwd: root, encoding: "utf8" });
  if (error !== undefined) throw error;
  if (status !== 0) throw new Error(`${[command, ...parameters].join(" ")} failed\n${stdout}${stderr}`);
}
