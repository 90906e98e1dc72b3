// A program that computes for many rounds: prints what the last one gives, and at each quarter what memory is taken, as JSON.
import { useBackend } from "@gradloom/core";
import { openRuntime } from "../../src/runtime/wasm-runtime.ts";
import { backendOf } from "../../src/wasm.ts";
import { everything } from "../threads/crew.ts";
import { rounds } from "./rounds.ts";

const [kind, many, threads, thresholds] = process.argv.slice(2);
const runtime = openRuntime({ threads: Number(threads) }, thresholds === "everything" ? everything : undefined);
const backend = backendOf(runtime);
useBackend(backend);
const figures: { readonly wasm: number; readonly resident: number }[] = [];
let last: number | undefined;
for (let round = 1; round <= Number(many); round++) {
  last = await rounds[kind!]!(round, backend);
  if (round % (Number(many) / 4) === 0)
    figures.push({ wasm: runtime.linear.memory.buffer.byteLength, resident: process.memoryUsage().rss });
}
console.log(JSON.stringify({ last, figures }));
process.exit(0);
