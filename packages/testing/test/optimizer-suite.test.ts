import {
  add,
  chain,
  define,
  div,
  type GradientTransform,
  mul,
  neg,
  type OptimizerRule,
  pow,
  sqrt,
  sub,
  type Tensor,
} from "@gradloom/core";
import { optimizerSuite } from "@gradloom/testing";
import { describe, expect, test } from "vitest";
import { collectLaws, faultOf, faultsIn, type Laws } from "./collect-laws.ts";

interface Moments extends Record<string, Tensor> {
  readonly mean: Tensor;
  readonly square: Tensor;
}

/** Adam's step as one link, with the bias correction that is given. */
function adamLink(corrected: (moment: Tensor, decay: number, count: Tensor) => Tensor): GradientTransform<Moments> {
  return {
    init: (parameter) => ({ mean: mul(parameter, 0), square: mul(parameter, 0) }),
    update(gradient, { state, count, learningRate }) {
      const mean = add(mul(state.mean, 0.9), mul(gradient, 0.1));
      const square = add(mul(state.square, 0.999), mul(mul(gradient, gradient), 0.001));
      const step = div(corrected(mean, 0.9, count), add(sqrt(corrected(square, 0.999, count)), 1e-8));
      return { update: neg(mul(step, learningRate)), state: { mean, square } };
    },
  };
}

const right = adamLink((moment, decay, count) => div(moment, sub(1, pow(decay, count))));

/** Adam in plain arithmetic. */
function reference(start: number, gradients: readonly number[]): number {
  let [value, mean, square] = [start, 0, 0];
  gradients.forEach((gradient, at) => {
    mean = 0.9 * mean + 0.1 * gradient;
    square = 0.999 * square + 0.001 * gradient ** 2;
    value -= (0.05 * mean) / (1 - 0.9 ** (at + 1)) / (Math.sqrt(square / (1 - 0.999 ** (at + 1))) + 1e-8);
  });
  return value;
}

function laws(makeLink: () => GradientTransform<Moments>): Laws {
  const adam = define("optimizer", "adam", {}, (): OptimizerRule => chain(0.05, makeLink() as GradientTransform));
  return collectLaws((runner) =>
    optimizerSuite({ adam: { make: () => adam(), reference } }, runner, { plugins: [adam] }),
  );
}

describe("the optimizer suite", () => {
  test("lets a right optimizer pass", async () => {
    expect(await faultsIn(laws(() => right))).toEqual([]);
  });

  test("finds a missing bias correction", async () => {
    expect(
      await faultOf(
        laws(() => adamLink((moment) => moment)),
        "adam > steps as its reference says",
      ),
    ).toMatch(/^the parameter after step 1, float64 \[3\]: element \[0\] is .*, expected .* within/);
  });

  test("finds a step uphill", async () => {
    const uphill: GradientTransform<Moments> = {
      ...right,
      update: (gradient, context) => right.update(neg(gradient), context),
    };
    expect(
      await faultOf(
        laws(() => uphill),
        "adam > goes down a convex bowl",
      ),
    ).toMatch(/^after 300 steps the bowl is at [\d.e+]+, it began at [\d.]+$/);
  });

  test("finds a step size that only the closure remembers", async () => {
    const link = (): GradientTransform<Moments> => {
      let steps = 0;
      return {
        ...right,
        update(gradient, context) {
          steps++;
          const { update, state } = right.update(gradient, context);
          return { update: mul(update, 1 / steps), ...(state === undefined ? {} : { state }) };
        },
      };
    };
    expect(await faultOf(laws(link), "adam > goes on from saved state as if it had not stopped")).toMatch(
      /^the parameter after going on, float32 \[3\]: element \[0\] is .*, expected/,
    );
  });

  test("finds state whose layout is not the same each time", async () => {
    let made = 0;
    const link = (): GradientTransform<Moments> => {
      const name = `extra${made++}`;
      return {
        init: (parameter) => ({ ...right.init!(parameter), [name]: mul(parameter, 0) }),
        update(gradient, context) {
          const { update, state } = right.update(gradient, context);
          return { update, state: { ...state!, [name]: context.state[name]! } };
        },
      };
    };
    expect(await faultOf(laws(link), "adam > keeps its state under names that differ and stay")).toMatch(
      /^the state is .* at first and .* later$/,
    );
  });
});
