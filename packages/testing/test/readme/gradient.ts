import { exp, mul, tensor } from "@gradloom/core";
import { gradientCheck } from "@gradloom/testing";

await gradientCheck((a, b) => mul(exp(a), b), [tensor([[0.5, -1, 2]]), tensor([1, 2, 3])]);
