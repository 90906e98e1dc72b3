// Lets Node 20 run our TypeScript sources as Node >= 22.18 does natively; does nothing there.
import { register } from "node:module";

if (!process.features.typescript) register("./ts-hooks.mjs", import.meta.url);
