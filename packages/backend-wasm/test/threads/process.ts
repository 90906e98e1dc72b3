// A program that ends by itself: its workers are asleep when it is done, and busy while it waits.
import { compile, matmul, type Tensor, tensor } from "@gradloom/core";
import { crewOf } from "./crew.ts";

const { backend } = await crewOf(2);
const products = compile(
  (x: Tensor) => {
    let y = x;
    for (let round = 0; round < 100; round++) y = matmul(y, x);
    return y;
  },
  { backend },
);
const size = 256;
const same = Float32Array.from({ length: size * size }, (_, at) => Number(at % (size + 1) === 0));
console.log((await products(tensor(same, { shape: [size, size] })).data())[0]);
