// A program whose calling thread waits for its workers, longer than its timeout if the time counts in which the process is stopped.
import { compile, matmul, type Tensor, tensor } from "@gradloom/core";
import { crewOf } from "./crew.ts";

const { backend } = await crewOf(2, { milliseconds: 2_000, factor: 0 });
const size = 256;
const products = compile(
  (x: Tensor) => {
    let y = x;
    for (let round = 0; round < 600; round++) y = matmul(y, x);
    return y;
  },
  { backend },
);
const same = Float32Array.from({ length: size * size }, (_, at) => Number(at % (size + 1) === 0));
const result = products(tensor(same, { shape: [size, size] }));
console.log("waiting");
console.log(result.dataSync()[0]);
process.exit(0);
