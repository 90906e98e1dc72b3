import { cpu } from "@gradloom/backend-cpu";
import * as core from "@gradloom/core";
import { expect, test } from "vitest";

core.useBackend(cpu());

const bytes = Uint8Array.of(200, 100, 3, 255);
const errors = ["storage-dtype", "option", "no-tensor", "gradients-dtype"];

/** The functions of one tensor, with what they give for bytes and for the same numbers as int32. */
const functions = Object.entries(core as unknown as Readonly<Record<string, (x: core.Tensor) => unknown>>).flatMap(
  ([name, call]) => {
    if (typeof call !== "function" || /^[A-Z]/.test(name)) return [];
    const given = (x: core.Tensor): unknown => {
      try {
        const made = call(x);
        // What is asynchronous makes no tensor at once.
        if (made instanceof Promise) made.catch(() => {});
        return made;
      } catch (error) {
        return error;
      }
    };
    const ofBytes = given(core.tensor(bytes));
    const ofWords = given(core.tensor(bytes, { dtype: "int32" }));
    return ofWords instanceof core.Tensor ? [[name, ofBytes, ofWords] as const] : [];
  },
);

test.each(functions)(
  "%s gives the numbers of int32 for bytes, or says that they must be cast",
  async (_, ofBytes, ofWords) => {
    if (ofBytes instanceof core.Tensor)
      expect(Array.from(await ofBytes.data())).toEqual(Array.from(await ofWords.data()));
    else expect(errors).toContain((ofBytes as core.GradloomError).code);
  },
);

test("most functions are among them", () => {
  expect(functions.length).toBeGreaterThan(60);
  expect(functions.map(([name]) => name)).toEqual(expect.arrayContaining(["sum", "neg", "max", "cumsum", "sort"]));
});
