// The two packages from outside and the programs that use them, beside tarballs of every package, which have to be built: what somebody gets who
// installs them all.
import { spawnSync } from "node:child_process";
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { rollup } from "rollup";
import { packPackages } from "../pack-packages.mjs";
import { packageBuild } from "../rollup.config.mjs";

const here = path.dirname(fileURLToPath(import.meta.url));
const folder = realpathSync(mkdtempSync(path.join(tmpdir(), "gradloom-outside-")));
const tarballs = path.join(folder, "tarballs");
try {
  mkdirSync(tarballs);
  for (const name of packPackages(tarballs)) install(path.join(tarballs, name));
  for (const name of ["distances", "roots"]) install(await packed(path.join(here, name)));
  // fast-check is the one dependency that is not ours.
  const fastCheck = path.dirname(path.dirname(fileURLToPath(import.meta.resolve("fast-check"))));
  symlinkSync(fastCheck, path.join(folder, "node_modules", "fast-check"));
  cpSync(path.join(here, "programs"), folder, { recursive: true });
  const laws = output(process.execPath, ["laws.mjs"], folder);
  if (!/^(\d\d+) of \1 laws hold\n$/.test(laws)) throw new Error(laws);
  const training = output(process.execPath, ["training.mjs"], folder);
  if (!training.startsWith("the loss fell\n")) throw new Error(training);
  console.log(`from tarballs: ${laws}${training}`);
} finally {
  rmSync(folder, { recursive: true });
}

/** The tarball of a package, built as ours are. */
async function packed(root) {
  const stage = path.join(folder, path.basename(root));
  const { output: built, ...input } = packageBuild(root, path.join(stage, "dist"));
  await (await rollup(input)).write(built);
  const manifest = JSON.parse(readFileSync(path.join(root, "package.json"), "utf8"));
  writeFileSync(
    path.join(stage, "package.json"),
    JSON.stringify({ ...manifest, exports: manifest.publishConfig.exports }),
  );
  return path.join(stage, output("npm", ["pack", "--silent", "--offline"], stage).trim());
}

/** Unpacks a tarball to where programs in the folder find it. */
function install(tarball) {
  const { name } = JSON.parse(output("tar", ["-xzOf", tarball, "package/package.json"], folder));
  const target = path.join(folder, "node_modules", name);
  mkdirSync(target, { recursive: true });
  output("tar", ["-xzf", tarball, "-C", target, "--strip-components=1"], folder);
}

/** What a program prints; it may not fail or warn. */
function output(command, options, cwd) {
  const { status, stdout, stderr } = spawnSync(command, options, { cwd, encoding: "utf8" });
  if (status !== 0 || stderr !== "") throw new Error(`${command} ${options.join(" ")}: ${stdout}${stderr}`);
  return stdout;
}
