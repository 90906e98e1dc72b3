import { GradloomError, type Initializer, type InitializerContext, randomNormal, randomUniform } from "@gradloom/core";

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

/** Throws unless the options of an initializer are finite numbers. */
export function checkFinite(name: string, options: Readonly<Record<string, number>>): void {
  for (const [option, value] of Object.entries(options)) {
    if (!Number.isFinite(value))
      throw new GradloomError("initializer-option", `${name}: ${option} is ${value}; it must be a finite number`, {
        [option]: value,
      });
  }
}
