// Writes values/*.json: what activations, losses and optimizers must give, from their formulas in exact arithmetic: `npm run golden`.
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { activations } from "./activations.ts";
import { losses } from "./losses.ts";
import { optimizers } from "./optimizers.ts";

/** What is in each file. */
export const golden: Readonly<Record<string, () => object>> = { activations, losses, optimizers };

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const [name, compute] of Object.entries(golden))
    writeFileSync(new URL(`../values/${name}.json`, import.meta.url), JSON.stringify(compute()));
}
