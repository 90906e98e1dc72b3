// A program that computes for many rounds: prints what the last one gives, and at each quarter what memory is taken, as JSON.
import { useBackend } from "@gradloom/core";
import { openWorkshop } from "../../src/runtime/wasm-runtime.ts";
import { backendOf } from "../../src/wasm.ts";
import { everything } from "../threads/crew.ts";
import { rounds } from "./rounds.ts";

const [kind, many, threads, worthwhile] = process.argv.slice(2);
const workshop = openWorkshop({ threads: Number(threads) }, worthwhile === "everything" ? everything : undefined);
const backend = backendOf(workshop);
useBackend(backend);
const figures: { readonly wasm: number; readonly resident: number }[] = [];
let last: number | undefined;
for (let round = 1; round <= Number(many); round++) {
  last = await rounds[kind!]!(round, backend);
  if (round % (Number(many) / 4) === 0)
    figures.push({ wasm: workshop.linear.memory.buffer.byteLength, resident: process.memoryUsage().rss });
}
console.log(JSON.stringify({ last, figures }));
process.exit(0);
