// What a package publishes, made from its sources. Rollup itself, as tsdown wants Node 22 and needs our entries and marks as well.
// Rollup's command runs with the package as the working directory.
import { readFileSync, rmSync } from "node:fs";
import path from "node:path";
import { transform } from "esbuild";
import { pureDeclarations } from "./pure-declarations.mjs";

export default () => packageBuild(process.cwd());

/** How rollup makes the code of the package at `root`: each public entry is one file, and what entries share is another. */
export function packageBuild(root, dist = path.join(root, "dist")) {
  const { dependencies, peerDependencies, exports } = JSON.parse(readFileSync(path.join(root, "package.json"), "utf8"));
  const external = Object.keys({ ...dependencies, ...peerDependencies });
  const entries = Object.values(exports).filter((entry) => entry["@gradloom/source"] !== undefined);
  return {
    input: Object.fromEntries(
      entries.map((entry) => [nameInDist(entry.default), path.join(root, entry["@gradloom/source"])]),
    ),
    external: (id) => id.startsWith("node:") || external.some((name) => id === name || id.startsWith(`${name}/`)),
    plugins: [typescript, pureDeclarations, clean(dist)],
    treeshake: { moduleSideEffects: false },
    output: {
      dir: dist,
      format: "es",
      chunkFileNames: "shared.js",
      minifyInternalExports: false,
      hoistTransitiveImports: false,
      // The sources are published too, so the maps only point at them.
      sourcemap: true,
      sourcemapExcludeSources: true,
    },
    onwarn({ message }) {
      throw new Error(message);
    },
  };
}

/** `./dist/backend/index.js` is `backend/index`. */
function nameInDist(file) {
  return path.posix.relative("dist", file).replace(/\.js$/, "");
}

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
      tsconfigRaw: { compilerOptions: { verbatimModuleSyntax: true, useDefineForClassFields: false } },
    });
    return { code: output.code, map: output.map };
  },
};

/** A file that nothing makes any more may not be published from an earlier build. */
function clean(dist) {
  return {
    name: "clean",
    buildStart() {
      rmSync(dist, { recursive: true, force: true });
    },
  };
}
