import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { transform } from "esbuild";
import { expect, test } from "vitest";

const packages = fileURLToPath(new URL("../../../", import.meta.url));
const folders = [
  "activations",
  "callbacks",
  "data",
  "formats",
  "gradloom",
  "initializers",
  "layers-dense",
  "losses",
  "metrics",
  "optimizers",
  "regularizers",
];

/** The programs of a README, as bodies of asynchronous functions. */
async function programsOf(folder: string): Promise<readonly string[]> {
  const readme = readFileSync(`${packages}${folder}/README.md`, "utf8");
  const programs = [...readme.matchAll(/^```ts\n(.*?)^```/gms)].map(([, program]) => program!);
  return Promise.all(
    programs.map(async (program) => {
      const { code } = await transform(program, {
        loader: "ts",
        tsconfigRaw: { compilerOptions: { verbatimModuleSyntax: true } },
      });
      return code.replaceAll(/^import \{([^}]*)\} from ("[^"]+");/gm, "const {$1} = await import($2);");
    }),
  );
}

test("the programs of the plugins' READMEs run", async () => {
  const programs = (await Promise.all(folders.map(programsOf))).flat();
  expect(programs.length).toBeGreaterThan(folders.length);
  const whole = programs.map((program) => `await (async () => {\n${program}\n})();`).join("\n");
  const register = fileURLToPath(new URL("../../../../docs/examples/ts-register.mjs", import.meta.url));
  const flags = ["-C", "@gradloom/source", "--import", register, "--input-type=module", "--eval", whole];
  const printed = execFileSync(process.execPath, flags, { cwd: `${packages}gradloom`, encoding: "utf8" });
  expect(printed).toMatch(/Float32Array\(3\) \[ 0, 0, 2 \]/);
  expect(printed).toMatch(/^epoch \d+\/100 · loss 0\.\d+ · validation\/loss 0\.\d+ · /m);
}, 120_000);
