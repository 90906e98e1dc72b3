import { type Kernel, type Primitives, threefry } from "@gradloom/core/backend";

/** y[2j], y[2j + 1] = Threefry(key, counter (j, step)): key uint32 [2], step uint32 [1] -> uint32 [count] */
export const randomBits: Kernel<Primitives["randomBits"]> = (inputs, outputs) => {
  const { data: key, offset: fromKey } = inputs[0]!;
  const step = inputs[1]!.data[inputs[1]!.offset]!;
  const { data: y, offset: to, size: count } = outputs[0]!;
  const block = new Uint32Array(2);
  for (let first = 0; first < count; first += 2) {
    threefry(key[fromKey]!, key[fromKey + 1]!, first / 2, step, block);
    y[to + first] = block[0]!;
    if (first + 1 < count) y[to + first + 1] = block[1]!;
  }
};
