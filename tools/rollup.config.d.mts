import type { OutputOptions, RollupOptions } from "rollup";

/** How rollup makes the code of the package at `root`: each public entry is one file, and what entries share is another. */
export function packageBuild(root: string, dist?: string): RollupOptions & { readonly output: OutputOptions };
