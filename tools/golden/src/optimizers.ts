import { absolute, divide, exact, multiply, one, rounded, square, squareRoot, sum } from "./exact.ts";

const steps = 20;
/** Two parameters; the gradient of each number is pull · (number - goal). */
const problem = {
  starts: [
    [1, -2, 3],
    [0.5, 4],
  ],
  goals: [
    [0, 1, -1],
    [2, 0],
  ],
  pulls: [
    [1, 0.5, 8],
    [3, 0.0625],
  ],
};

type Rows<Number = bigint> = readonly (readonly Number[])[];
/** Changes all parameters by their gradients. */
type Step = (parameters: Rows, gradients: Rows) => Rows;

const each = <Number>(numbers: Rows<Number>, change: (x: Number, parameter: number, at: number) => bigint): Rows =>
  numbers.map((row, parameter) => row.map((x, at) => change(x, parameter, at)));
const zeros = (like: Rows): Rows => each(like, () => 0n);
const lengthOf = (numbers: readonly bigint[]): bigint => squareRoot(sum(numbers.map(square)));
const scaled = (row: readonly bigint[], limit: bigint, length: bigint): readonly bigint[] =>
  length > limit ? row.map((x) => divide(multiply(x, limit), length)) : row;

/** Plain steps after the gradients went through `change`. */
const descent =
  (change: (gradients: Rows) => Rows = (gradients) => gradients) =>
  (): Step =>
  (parameters, gradients) =>
    each(change(gradients), (g, p, at) => parameters[p]![at]! - multiply(exact(0.1), g));

/** v = m v + g; the step is v, or g + m v with Nesterov's look ahead. */
const momentum =
  (nesterov: boolean) =>
  (start: Rows): Step => {
    const m = exact(0.9);
    let velocity = zeros(start);
    return (parameters, gradients) => {
      velocity = each(velocity, (v, p, at) => multiply(m, v) + gradients[p]![at]!);
      return each(velocity, (v, p, at) => {
        const step = nesterov ? gradients[p]![at]! + multiply(m, v) : v;
        return parameters[p]![at]! - multiply(exact(0.01), step);
      });
    };
  };

/** Kingma & Ba 2015, algorithm 1; with decay, Loshchilov & Hutter 2019, algorithm 2. */
const adam =
  (decay: number) =>
  (start: Rows): Step => {
    const [beta1, beta2] = [exact(0.9), exact(0.999)];
    let [mean, variance] = [zeros(start), zeros(start)];
    let [power1, power2] = [one, one];
    return (parameters, gradients) => {
      mean = each(mean, (m, p, at) => multiply(beta1, m) + multiply(one - beta1, gradients[p]![at]!));
      variance = each(variance, (v, p, at) => multiply(beta2, v) + multiply(one - beta2, square(gradients[p]![at]!)));
      [power1, power2] = [multiply(power1, beta1), multiply(power2, beta2)];
      return each(parameters, (x, p, at) => {
        const m = divide(mean[p]![at]!, one - power1);
        const v = divide(variance[p]![at]!, one - power2);
        const step = divide(m, squareRoot(v) + exact(1e-8)) + multiply(exact(decay), x);
        return x - multiply(exact(0.05), step);
      });
    };
  };

const limit = exact(0.75);
const rules: Readonly<Record<string, (start: Rows) => Step>> = {
  sgd: descent(),
  momentum: momentum(false),
  nesterov: momentum(true),
  adam: adam(0),
  adamW: adam(0.02),
  clippedByValue: descent((gradients) => each(gradients, (g) => (absolute(g) <= limit ? g : g < 0n ? -limit : limit))),
  clippedByNorm: descent((gradients) => gradients.map((row) => scaled(row, limit, lengthOf(row)))),
  clippedByGlobalNorm: descent((gradients) => {
    const length = lengthOf(gradients.flat());
    return gradients.map((row) => scaled(row, limit, length));
  }),
};

export function optimizers(): object {
  const { starts, goals, pulls } = problem;
  const trajectories = Object.entries(rules).map(([name, rule]) => {
    let parameters = each(starts, exact);
    const step = rule(parameters);
    const path: (readonly (readonly number[])[])[] = [];
    for (let count = 0; count < steps; count++) {
      const gradients = each(parameters, (x, p, at) => multiply(exact(pulls[p]![at]!), x - exact(goals[p]![at]!)));
      parameters = step(parameters, gradients);
      path.push(parameters.map((row) => row.map(rounded)));
    }
    return { name, path };
  });
  return { ...problem, trajectories };
}
