/** What no function means, in every kind: made anew for each call, since some of it can be used up. */
export const nonsense: Readonly<Record<string, () => unknown>> = {
  nothing: () => undefined,
  null: () => null,
  "a boolean": () => true,
  "a negative number": () => -1,
  "a fraction": () => 2.5,
  NaN: () => NaN,
  "a huge number": () => 2 ** 53,
  "a string": () => "nonsense",
  "a symbol": () => Symbol("nonsense"),
  "a bigint": () => 1n,
  "a function": () => () => "nonsense",
  "a promise": () => Promise.resolve([1, 2]),
  "an empty object": () => ({}),
  "an object without a prototype": () => Object.create(null) as object,
  "an object of another kind": () => new Map([["x", 1]]),
  "an array-like": () => ({ length: 2, 0: 1, 1: 2 }),
  "an empty array": () => [],
  "an array of strings": () => ["nonsense"],
  "an array of nothing": () => [undefined, null],
  "an array with a hole": () => {
    const array = [
      [1, 2],
      [3, 4],
      [5, 6],
    ];
    Reflect.deleteProperty(array, 1);
    return array;
  },
  "a cyclic array": () => {
    const array: unknown[] = [];
    array.push(array);
    return array;
  },
  "a deep array": () => {
    let array: unknown[] = [];
    for (let depth = 0; depth < 10_000; depth++) array = [array];
    return array;
  },
  "a detached array": () => {
    const array = new Float32Array(4);
    structuredClone(array.buffer, { transfer: [array.buffer] });
    return array;
  },
  "an array of 64 bits": () => new BigInt64Array(2),
};
