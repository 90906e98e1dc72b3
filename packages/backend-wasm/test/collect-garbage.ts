import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

setFlagsFromString("--expose-gc");

/** Makes the engine collect garbage now. */
export const collectGarbage = runInNewContext("gc") as () => void;
