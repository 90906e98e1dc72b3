import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { spirals } from "../src/index.ts";

describe("spirals", () => {
  it("gives the points of an independent implementation", () => {
    const { inputs, labels } = spirals({ samples: 4, classes: 3, turns: 2, noise: 0.1, seed: 7 });
    const expected = [
      [0.04696868903404905, -0.003455841957795149],
      [-0.18218473120712197, -0.6263443164366325],
      [-0.44863292069008226, -0.29633996691702397],
      [-0.6634623042221621, 0.2472051603492073],
    ].flat();
    for (const [index, value] of expected.entries()) expect(inputs[index]).toBeCloseTo(value, 6);
    expect([...labels]).toEqual([0, 1, 2, 0]);
  });

  it("gives the same points for the same seed and others for another", () => {
    const seed = fc.integer({ min: 0, max: 2 ** 32 - 1 });
    fc.assert(
      fc.property(seed, seed, (one, other) => {
        expect(spirals({ seed: one })).toEqual(spirals({ seed: one }));
        if (one !== other) expect(spirals({ seed: one }).inputs).not.toEqual(spirals({ seed: other }).inputs);
      }),
    );
  });

  it("puts every point on its arm when there is no noise", () => {
    fc.assert(
      fc.property(
        fc.record({
          samples: fc.integer({ min: 1, max: 50 }),
          classes: fc.integer({ min: 1, max: 5 }),
          turns: fc.double({ min: -3, max: 3, noNaN: true }),
          seed: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
        }),
        ({ samples, classes, turns, seed }) => {
          const { inputs, labels, shape } = spirals({ samples, classes, turns, seed, noise: 0 });
          expect(shape).toEqual([samples, 2]);
          for (const [sample, label] of labels.entries()) {
            const [x, y] = [inputs[2 * sample]!, inputs[2 * sample + 1]!];
            const radius = Math.hypot(x, y);
            const angle = 2 * Math.PI * (turns * radius + label / classes);
            expect(radius).toBeLessThan(1 + 1e-6);
            expect(x).toBeCloseTo(radius * Math.cos(angle), 5);
            expect(y).toBeCloseTo(radius * Math.sin(angle), 5);
          }
        },
      ),
    );
  });

  it("scatters both coordinates with the standard deviation asked for", () => {
    const still = spirals({ samples: 20_000, noise: 0, seed: 3 }).inputs;
    const noisy = spirals({ samples: 20_000, noise: 0.2, seed: 3 }).inputs;
    for (const coordinate of [0, 1]) {
      const offsets = Array.from(
        { length: 20_000 },
        (_, sample) => noisy[2 * sample + coordinate]! - still[2 * sample + coordinate]!,
      );
      const mean = offsets.reduce((sum, offset) => sum + offset, 0) / offsets.length;
      const variance = offsets.reduce((sum, offset) => sum + (offset - mean) ** 2, 0) / offsets.length;
      expect(Math.abs(mean)).toBeLessThan(0.005);
      expect(Math.sqrt(variance)).toBeCloseTo(0.2, 2);
    }
  });

  it("deals the classes in turn and names them", () => {
    const { labels, classes } = spirals({ samples: 7, classes: 3 });
    expect([...labels]).toEqual([0, 1, 2, 0, 1, 2, 0]);
    expect(classes).toEqual(["arm 0", "arm 1", "arm 2"]);
  });

  it.each([
    [{ samples: 0 }, "spirals: samples is 0; it must be a whole number of 1 or more"],
    [{ samples: 2.5 }, "spirals: samples is 2.5; it must be a whole number of 1 or more"],
    [{ classes: 0 }, "spirals: classes is 0; it must be a whole number of 1 or more"],
    [{ turns: Infinity }, "spirals: turns is Infinity; it must be a finite number"],
    [{ noise: -1 }, "spirals: noise is -1; it must be a finite number of 0 or more"],
    [{ noise: NaN }, "spirals: noise is NaN; it must be a finite number of 0 or more"],
    [{ seed: -1 }, "spirals: seed is -1; it must be a whole number from 0 to 4294967295"],
    [{ seed: 2 ** 32 }, "spirals: seed is 4294967296; it must be a whole number from 0 to 4294967295"],
  ])("refuses %o", (options, message) => {
    expect(() => spirals(options)).toThrow(expect.objectContaining({ code: "option", message }));
  });
});
