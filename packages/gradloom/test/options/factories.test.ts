import {
  branch,
  type Factory,
  fromRecipe,
  frozen,
  type Kind,
  named,
  type Plugin,
  plugin,
  type Recipe,
  recipeOf,
  Registry,
  residual,
  sequential,
  share,
  tensor,
} from "@gradloom/core";
import { relu } from "@gradloom/activations";
import { dense } from "@gradloom/layers-dense";
import { mse } from "@gradloom/losses";
import { adam } from "@gradloom/optimizers";
import { plugins as published } from "gradloom";
import { describe, expect, test } from "vitest";
import { errorOf, misspelt } from "./error-of.ts";

type AnyFactory = Factory<Kind, object>;
type Callable = (...values: readonly unknown[]) => unknown;

const structure = plugin({
  name: "structure",
  core: "*",
  provides: [branch, frozen, named, residual, sequential, share],
});
const all: readonly Plugin[] = [...published, structure];
const registry = new Registry(all);
const factories = all.flatMap(({ provides }) => provides as unknown as readonly AnyFactory[]);

/** Options of the factories that cannot do without. */
const needed: Readonly<Record<string, object>> = {
  activation: { activation: relu },
  branch: { layers: ["flatten", dense({ units: 2 })] },
  clipped: { optimizer: adam(), norm: 1 },
  constant: { value: 2 },
  dense: { units: 2 },
  embedding: { vocabulary: 3, units: 2 },
  frozen: { layer: "flatten" },
  lossOf: { loss: mse },
  named: { name: "one", layer: "flatten" },
  reshapeTo: { shape: [2, -1] },
  residual: { body: "flatten" },
  sequential: { layers: ["flatten", dense({ units: 2 })] },
  share: { layer: "flatten" },
};

/** Values of types that no option has. */
const wrong = [Symbol("wrong"), 1n, new Date(0)];

describe.each(factories.map((factory) => [`${factory.definition.kind} ${factory.definition.name}`, factory] as const))(
  "%s",
  (_, factory) => {
    const { name, options: fields, kind } = factory.definition;
    const base = needed[name] ?? {};
    const make = factory.definition.make as Callable;

    test("has defaults for all that need not be given, and comes back from its recipe", () => {
      const recipe = recipeOf(make(base));
      const back = fromRecipe(JSON.parse(JSON.stringify(recipe)) as Recipe, registry);
      expect(recipeOf(back)).toEqual(recipe);
      expect(recipe).toMatchObject({ kind, name });
    });

    test("refuses what is no options object, unknown options by the nearest known one, and values of a wrong type", async () => {
      for (const none of [8, "relu", [8], null, () => 8]) {
        const { code, message } = await errorOf(() => make(none));
        expect([code, message]).toEqual([
          "unknown-option",
          expect.stringMatching(new RegExp(`^${name}: .* is no plain object; it has `)),
        ]);
      }
      const known = Object.keys(fields).join(", ") || "none";
      const unknown = await errorOf(() => make({ ...base, "some other": 1 }));
      expect(unknown.message).toBe(`${name}: no option "some other"; it has ${known}`);
      for (const [option, rule] of Object.entries(fields)) {
        const { message } = await errorOf(() => make({ ...base, [misspelt(option)]: 1 }));
        const meant = option.length > 1 ? ` (did you mean ${option}?)` : "";
        expect(message).toBe(`${name}: no option "${misspelt(option)}"${meant}; it has ${known}`);
        for (const value of wrong) {
          const error = await errorOf(() => make({ ...base, [option]: value }));
          expect([error.code, error.message]).toEqual([
            "option",
            expect.stringMatching(`${name}: ${option} is .*; it must be ${rule.rule.slice(0, 8)}`),
          ]);
        }
        if (rule.required !== true) continue;
        const rest = { ...base, [option]: undefined };
        expect((await errorOf(() => make(rest))).message).toBe(
          `${name}: ${option} is missing; it must be ${rule.rule}`,
        );
      }
    });

    test("refuses the same where it computes", async () => {
      const operands = { activation: [tensor([1])], loss: [tensor([[1]]), tensor([[1]])] }[kind as string];
      if (operands === undefined) return;
      const { message } = await errorOf(() => (factory as unknown as Callable)(...operands, { "some other": 1 }));
      expect(message).toMatch(`${name}: no option "some other"; it has `);
    });
  },
);

test("a value of another kind is told by what made it", async () => {
  const { message } = await errorOf(() =>
    dense({ units: 1, activation: registry.resolve("initializer", "zeros") as never }),
  );
  expect(message).toBe("dense: activation is the initializer zeros; it must be an activation or the name of one");
});
