import { cpu } from "@gradloom/backend-cpu";
import { add, exp, gradients, matmul, mul, sum, tensor, useBackend, variable } from "@gradloom/core";
import { expect, test } from "vitest";
useBackend(cpu());
test("adds", async () => {
  const x = tensor([[1, 2], [3, 4]]);
  const y = exp(x.mul(0.5)).add(tensor([10, 20]));
  console.log(await y.data());
  const w = variable([[1, 2], [3, 4]]);
  for (let i = 0; i < 3; i++) {
    const loss = sum(mul(matmul(x, w.value), 0.5));
    const [g] = gradients(loss, [w]);
    w.assign(w.value.sub(g!.mul(0.1)));
    console.log(await loss.item(), await w.data());
  }
});
