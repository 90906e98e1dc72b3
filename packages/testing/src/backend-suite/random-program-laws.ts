import * as core from "@gradloom/core";
import type { DType, Tensor, Variable } from "@gradloom/core";
import type { Backend } from "@gradloom/core/backend";
import { type Arbitrary, array, boolean, constantFrom, nat, record } from "fast-check";
import { compareArrays, unitOf } from "../compare-arrays.ts";
import { asTensor, readArray } from "../evaluate.ts";
import type { HostArray } from "../host-array.ts";
import { drawInputs } from "../input-spec.ts";
import { property } from "../property.ts";
import type { Law } from "../suite.ts";
import type { BackendUnderTest } from "./backend-under-test.ts";

/** Rows long enough for backends that take work on rows as one step. */
const rows = 3;
const columns = 9;
const shape: core.Shape = [rows, columns];
const whole = (x: Tensor): Tensor => core.broadcastTo(x, shape);

/** Ways to make a tensor of two: all shapes stretch to one, numbers stay below 3 in size, and errors at most double. */
const formulas = {
  average: (a: Tensor, b: Tensor) => core.mul(core.add(a, b), 0.5),
  difference: (a: Tensor, b: Tensor) => core.div(core.sub(a, b), 2),
  product: (a: Tensor, b: Tensor) => core.tanh(core.mul(a, b)),
  quotient: (a: Tensor, b: Tensor) => core.div(a, core.add(core.mul(b, b), 1)),
  larger: (a: Tensor, b: Tensor) => core.maximum(a, b),
  smaller: (a: Tensor, b: Tensor) => core.where(core.less(a, b), a, b),
  bell: (a: Tensor) => core.exp(core.neg(core.mul(a, a))),
  wave: (a: Tensor) => core.sin(a),
  rowMean: (a: Tensor) => core.mean(whole(a), { axis: 1, keepDims: true }),
  rowMax: (a: Tensor) => core.max(whole(a), { axis: 1, keepDims: true }),
  centered: (a: Tensor) => core.mul(core.sub(a, core.mean(whole(a), { axis: 1, keepDims: true })), 0.5),
  shares: (a: Tensor) => core.softmax(whole(a)),
  columnMax: (a: Tensor) => core.max(whole(a), { axis: 0 }),
  total: (a: Tensor) => core.mean(a),
  matrices: (a: Tensor, b: Tensor) => core.tanh(core.matmul(core.matmul(whole(a), core.transpose(whole(b))), whole(b))),
  turned: (a: Tensor) => core.reshape(core.transpose(whole(a)), shape),
  flipped: (a: Tensor) => core.flip(whole(a), 1),
  shifted: (a: Tensor, b: Tensor) => core.concat([core.slice(whole(a), [1]), core.slice(whole(b), [0], [1])]),
};

/** One line of a program: a formula on two of the tensors so far, or something about its variables. */
interface Line {
  readonly kind: keyof typeof formulas | "assign matrix" | "assign row" | "read matrix" | "read row" | "commit";
  readonly a: number;
  readonly b: number;
}

interface Plan {
  readonly lines: readonly Line[];
  readonly compiled: boolean;
  readonly seed: number;
}

function plans(): Arbitrary<Plan> {
  const names = Object.keys(formulas) as (keyof typeof formulas)[];
  const changes = ["assign matrix", "assign row", "read matrix", "read row"] as const;
  const kind = constantFrom<Line["kind"][]>(...names, ...changes, ...changes, "commit");
  return record({
    lines: array(record({ kind, a: nat(20), b: nat(20) }), { minLength: 1, maxLength: 20 }),
    compiled: boolean(),
    seed: nat(),
  });
}

/** Programs of random operations and assignments, run three times, compiled or not, leave the same numbers everywhere as on the reference. */
export function randomProgramLaws(law: Law, tested: BackendUnderTest): void {
  for (const dtype of ["float32", "float64"] as const) {
    law(
      `random programs in ${dtype}`,
      property([plans()], (plan) => check(plan, dtype, tested), 60),
    );
  }
}

async function check(plan: Plan, dtype: DType, tested: BackendUnderTest): Promise<void> {
  const backend = await tested.backend();
  if (!backend.supports.dtypes.includes(dtype)) return;
  const expected = await execute(plan, dtype, tested.reference());
  const results = await execute(plan, dtype, backend);
  const allowed = 1024 * tested.units(dtype) * unitOf(dtype);
  expected.forEach((array_, at) => compareArrays(`tensor ${at}`, results[at]!, array_, () => allowed));
}

async function execute({ lines, compiled, seed }: Plan, dtype: DType, backend: Backend): Promise<readonly HostArray[]> {
  core.useBackend(backend);
  const [matrix, row, column, single, ...fixed] = drawInputs(
    [shape, [columns], [rows, 1], [], shape, [columns]].map((size) => ({ shape: size })),
    dtype,
    seed,
  ).map(asTensor);
  const variables = { matrix: core.variable(fixed[0]!), row: core.variable(fixed[1]!) };
  const body = (): readonly Tensor[] => {
    const tensors = [matrix!, row!, column!, single!];
    for (const line of lines) runLine(line, tensors, variables, compiled);
    return tensors;
  };
  const run = compiled ? core.compile(body, { backend }) : body;
  run();
  run();
  const tensors = await Promise.all(run().map(readArray));
  return [...tensors, ...(await Promise.all(Object.values(variables).map(readArray)))];
}

function runLine(
  { kind, a, b }: Line,
  tensors: Tensor[],
  { matrix, row }: Readonly<Record<"matrix" | "row", Variable>>,
  compiled: boolean,
): void {
  const one = tensors[a % tensors.length]!;
  const other = tensors[b % tensors.length]!;
  if (kind === "assign matrix") matrix.assign(whole(one));
  else if (kind === "assign row") row.assign(core.mean(whole(one), { axis: 0 }));
  else if (kind === "read matrix") tensors.push(matrix.value);
  else if (kind === "read row") tensors.push(row.value);
  else if (kind !== "commit") tensors.push(formulas[kind](one, other));
  else if (!compiled) core.commit();
}
