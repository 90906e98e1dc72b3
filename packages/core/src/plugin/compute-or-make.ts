import { Tensor } from "../tensor/tensor.ts";

/** The values of a kind that compute: functions of tensors, which may look at them first. */
interface Computing {
  (...tensors: readonly unknown[]): unknown;
  check?(...tensors: readonly unknown[]): void;
}

/** The call of a factory of functions of so many tensors: with tensors (and options) it computes, with options alone it makes a value. */
export function computeOrMake(
  make: (options: never) => unknown,
  tensors: number,
): (...given: readonly unknown[]) => unknown {
  const made = make as (options: unknown) => Computing;
  let plain: Computing | undefined;
  return (...given) => {
    if (!(given[0] instanceof Tensor)) return made(given[0]);
    const options = given[tensors];
    const value = options === undefined ? (plain ??= made({})) : made(options);
    const inputs = given.slice(0, tensors);
    value.check?.(...inputs);
    return value(...inputs);
  };
}
