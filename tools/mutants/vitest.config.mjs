// The tests with one planted fault: GRADLOOM_MUTANT is its place in the table.
import path from "node:path";
import { mergeConfig } from "vitest/config";
import base from "../../vitest.config.ts";
import { mutants, planted } from "./mutants.mjs";

const mutant = mutants[Number(process.env.GRADLOOM_MUTANT)];
const file = path.resolve(mutant.file);

export default mergeConfig(base, {
  plugins: [
    {
      name: "mutant",
      enforce: "pre",
      transform: (code, id) => (id.split("?")[0] === file ? planted(mutant, code) : undefined),
    },
  ],
});
