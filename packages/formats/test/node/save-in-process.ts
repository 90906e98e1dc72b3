// Saves a model to the path on the command line: again and again (`loop`), once (`once`), or once as a user without rights (`nobody`).
import { cpu } from "@gradloom/backend-cpu";
import { GradloomError, useBackend } from "@gradloom/core";
import { saveModelFile } from "@gradloom/formats/node";
import { large } from "./large.ts";

const [way, path] = process.argv.slice(2) as [string, string];
useBackend(cpu());
const models = [large(1), large(2)];
// To the superuser nothing is forbidden.
if (way === "nobody" && process.getuid?.() === 0) process.setuid?.(65_534);
try {
  for (let at = 0; at === 0 || way === "loop"; at++) {
    await saveModelFile(path, models[at % 2]!);
    if (at === 1) console.log("saved twice");
  }
} catch (error) {
  if (!(error instanceof GradloomError)) throw error;
  console.log(error.message);
}
