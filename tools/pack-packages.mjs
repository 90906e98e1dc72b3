import { spawnSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));

/** Packs every package, which has to be built, as it would be published; the names of the tarballs in the empty `folder`. */
export function packPackages(folder) {
  const filter = ["--recursive", "--filter", "./packages/*", "pack", "--pack-destination", folder];
  const command = ["tools/run.mjs", "pnpm", ...filter];
  const { status, stdout, stderr } = spawnSync(process.execPath, command, { cwd: root, encoding: "utf8" });
  if (status !== 0) throw new Error(`pnpm pack failed\n${stdout}${stderr}`);
  const packages = `${root}/packages`;
  const expected = readdirSync(packages).filter((name) => existsSync(`${packages}/${name}/package.json`)).length;
  const tarballs = readdirSync(folder);
  if (tarballs.length !== expected) throw new Error(`${expected} packages, but ${tarballs.length} tarballs`);
  return tarballs;
}
