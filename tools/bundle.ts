import { build, type BuildOptions } from "esbuild";

/** An option of `bundle`: packages of this repository are their sources, so that nothing has to be built first. */
export const fromSources: Pick<BuildOptions, "conditions"> = { conditions: ["@gradloom/source"] };

/** A program with all that it imports in one module: for Node or for pages, as `platform` says. */
export async function bundle(options: BuildOptions): Promise<string> {
  const common: BuildOptions = { bundle: true, format: "esm", target: "es2023", logLevel: "error" };
  const { outputFiles } = await build({ ...common, ...options, write: false });
  return outputFiles[0]!.text;
}
