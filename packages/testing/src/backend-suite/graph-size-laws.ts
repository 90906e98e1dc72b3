import { add, compile, concat, cumsum, gradients, neg, split, sum, type Tensor, useBackend } from "@gradloom/core";
import type { Backend } from "@gradloom/core/backend";
import { compareArrays } from "../compare-arrays.ts";
import { readArray } from "../evaluate.ts";
import { isDeep } from "../property.ts";
import type { Law } from "../suite.ts";
import type { BackendUnderTest } from "./backend-under-test.ts";

/** Nodes of a graph; when GRADLOOM_DEEP is set, more than any engine takes arguments of a function. Even. */
const size = isDeep ? 200_000 : 2_000;

/** Graphs of any length and width run: none of their parts is an argument of one call, or a call inside that of another. */
export function graphSizeLaws(law: Law, tested: BackendUnderTest): void {
  const compiled = (
    name: string,
    build: (x: Tensor) => readonly Tensor[],
    expected: (at: number) => readonly number[],
  ): void =>
    law(name, async () => {
      const backend: Backend = await tested.backend();
      useBackend(backend);
      const results = compile(build, { backend })([1, 2]);
      for (const at of new Set([0, results.length >> 1, results.length - 1])) {
        const result = results[at]!;
        const data = expected(at);
        compareArrays(`result ${at}`, await readArray(result), { shape: result.shape, dtype: "float32", data });
      }
    });
  const list = Array.from({ length: size }, (_, at) => at);

  compiled(
    `a chain of ${size} steps runs as one program`,
    (x) => [list.reduce((y) => cumsum(neg(y)), x)],
    () => [1, 2 + size],
  );
  compiled(
    `a chain of ${size} elementwise operations does`,
    (x) => [list.reduce((y) => add(y, 1), x)],
    () => [1 + size, 2 + size],
  );
  compiled(
    `${size} parts are joined and cut again`,
    (x) => split(concat(list.map((at) => add(x, at))), size),
    (at) => [1 + at, 2 + at],
  );
  compiled(
    `${size} results leave`,
    (x) => list.map((at) => add(x, at)),
    (at) => [1 + at, 2 + at],
  );
  compiled(
    `the gradient of ${size} operations runs as one program`,
    (x) => gradients(sum(list.reduce((y) => cumsum(neg(y)), x)), [x]),
    () => [1 + size, 1],
  );
}
