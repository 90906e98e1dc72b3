import { type Initializer, type InitializerContext, randomNormal, randomUniform } from "@gradloom/core";

/** How many inputs each output sums over, and how many outputs each input reaches. */
export type Fans = Pick<InitializerContext, "fanIn" | "fanOut">;

/** Uniform over [-limit, limit), where the limit depends on the fans. */
export function uniformWithin(limit: (fans: Fans) => number): Initializer {
  return (shape, { key, dtype, ...fans }) => {
    const high = limit(fans);
    return randomUniform(key, shape, { low: -high, high, dtype });
  };
}

/** Normal about 0, not truncated, with a standard deviation that depends on the fans. */
export function normalWith(deviation: (fans: Fans) => number): Initializer {
  return (shape, { key, dtype, ...fans }) => randomNormal(key, shape, { deviation: deviation(fans), dtype });
}
