import { existsSync, readdirSync, readFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { defaultClientConditions, defaultServerConditions } from "vite";
import { defineConfig } from "vitest/config";

// Workspace packages resolve to their TypeScript source, so that tests need no build.
// Setting conditions replaces Vite's own, so those are named too.
const source = "@gradloom/source";

/** Left out unless they are asked for, because they need Chromium. */
const browserTests = "tools/browser";
const withBrowser = process.env["GRADLOOM_BROWSER"] !== undefined;

/** Files named `*.deep.test.ts` are left out unless all that is random or repeated is asked for. */
const isDeep = process.env["GRADLOOM_DEEP"] !== undefined;

const roots = ["packages", "docs", "tools"]
  .flatMap((folder) => readdirSync(folder).map((name) => `${folder}/${name}`))
  .filter((root) => root !== browserTests || withBrowser)
  .filter((root) => existsSync(`${root}/test`) && existsSync(`${root}/package.json`));

function packageName(root: string): string {
  const { name } = JSON.parse(readFileSync(`${root}/package.json`, "utf8")) as { name: string };
  return name;
}

export default defineConfig({
  resolve: { conditions: [source, ...defaultClientConditions] },
  ssr: { resolve: { conditions: [source, ...defaultServerConditions] } },
  test: {
    // Vitest leaves one processor to itself, which with two of them would be half.
    maxWorkers: availableParallelism(),
    reporters: ["default", "./tools/plain-reporter.mjs"],
    testTimeout: isDeep ? 600_000 : 30_000,
    projects: roots.map((root) => ({
      extends: true as const,
      test: {
        name: packageName(root),
        root,
        include: ["test/**/*.test.ts"],
        exclude: isDeep ? [] : ["**/*.deep.test.ts"],
      },
    })),
    coverage: { provider: "v8", include: ["packages/*/src/**"], reporter: ["text", "json-summary"] },
  },
});
