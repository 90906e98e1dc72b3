import { GradloomError } from "@gradloom/core";

/** Whether an error is the library's, in words that can be shown: not too many, and without what steers a terminal. */
export function isOwn(error: unknown): error is GradloomError {
  return error instanceof GradloomError && error.message.length < 2000 && !/(?!\n)[\p{Cc}\p{Cs}]/u.test(error.message);
}
