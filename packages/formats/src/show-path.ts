import { showValue } from "@gradloom/core";

/** The path of a parameter as messages print it: in quotes only where it is odd, and of a long one the end, which tells it from others. */
export function showPath(path: string): string {
  const shown = showValue(path);
  return shown === `"${path}"` ? path : showValue(path.length > 60 ? `…${path.slice(-59)}` : path);
}
