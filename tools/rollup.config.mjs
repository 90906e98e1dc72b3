// Shared by every package: run with the package as the working directory.
import { readFileSync, rmSync } from "node:fs";
import { transform } from "esbuild";

const manifest = JSON.parse(readFileSync("package.json", "utf8"));
const external = Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies });
const entries = Object.values(manifest.exports)
  .map((target) => target["@gradloom/source"])
  .filter(Boolean);

/** Strips types with esbuild; checking and declarations are the compiler's job. */
const typescript = {
  name: "typescript",
  async transform(code, id) {
    if (!id.endsWith(".ts")) return null;
    const output = await transform(code, {
      loader: "ts",
      sourcefile: id,
      sourcemap: "external",
      target: "es2023",
      tsconfigRaw: { compilerOptions: { verbatimModuleSyntax: true, useDefineForClassFields: true } },
    });
    return { code: output.code, map: output.map };
  },
};

/** A module that is gone from the sources may not be published from an earlier build. */
const clean = {
  name: "clean",
  buildStart() {
    rmSync("dist", { recursive: true, force: true });
  },
};

export default {
  input: entries,
  external: (id) => id.startsWith("node:") || external.some((name) => id === name || id.startsWith(`${name}/`)),
  plugins: [clean, typescript],
  treeshake: { moduleSideEffects: false },
  output: {
    dir: "dist",
    format: "es",
    preserveModules: true,
    preserveModulesRoot: "src",
    sourcemap: true,
  },
  onwarn(warning) {
    if (warning.code !== "EMPTY_BUNDLE") throw new Error(warning.message);
  },
};
