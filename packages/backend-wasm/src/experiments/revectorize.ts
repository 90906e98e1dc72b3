import type { LinearMemory } from "../memory/linear-memory.ts";
import type { Library } from "../program/library.ts";
import { type Experiment, giveUp, type OpenLibrary } from "./experiment.ts";
import { ProductTrial } from "./product-trial.ts";
import { flagsOfV8 } from "./v8-flags.ts";

/** The version of V8 (Node 24) from which on 256-bit code was seen. */
const leastVersion = 13;

/** Compiles every function for good at its first call, instead of in the background after many. */
const atOnce = ["--wasm-sync-tier-up", "--wasm-tiering-budget=1"];
const inTime = ["--no-wasm-sync-tier-up", "--wasm-tiering-budget=13000000"];

const joining = "--experimental-wasm-revectorize";
const notJoining = "--no-experimental-wasm-revectorize";

/** How many times as fast products must become: 1.9 were measured with 256-bit code, 0.7 without. */
const leastGain = 1.2;

/**
 * Products of single precision with 256-bit vectors, which V8 makes of neighbouring 128-bit ones: 1.8 times as fast on Node 24 and an x86
 * processor with AVX2. Flags of V8 are set while these products are compiled and compared with a plain loop (about 50 ms) and then set back
 * to V8's defaults, so that no other code is affected, unless another thread compiles at that moment.
 */
export const revectorize: Experiment = {
  name: "revectorize",
  library(open, linear) {
    const set = flagsOfV8(leastVersion);
    if (set !== undefined) return wideIfBetter(open, linear, set);
    giveUp("revectorize", "this engine has no flags of V8 13 (Node 24) or newer");
    return undefined;
  },
};

function wideIfBetter(
  open: OpenLibrary,
  linear: LinearMemory,
  set: (...flags: readonly string[]) => void,
): Library | undefined {
  const usual = new ProductTrial(open(false), linear);
  const wide = new ProductTrial(open(true), linear);
  let isRight = false;
  try {
    set(...atOnce);
    usual.prepare();
    set(joining);
    isRight = wide.prepare().isRight();
  } finally {
    set(notJoining, ...inTime);
  }
  const gain = usual.time() / wide.time();
  usual.close();
  wide.close();
  if (isRight && gain >= leastGain) return wide.library;
  giveUp("revectorize", isRight ? "products did not become faster" : "this engine gets 256-bit products wrong");
  return undefined;
}
