import { GradloomError } from "@gradloom/core";

/** The error for a file that begins well and is damaged further on. */
export function corruptFile(problem: string): GradloomError {
  return new GradloomError("file-corrupt", `safetensors: ${problem}; the file is damaged, get it again`);
}
