import { describe, expect, it } from "vitest";
import { iris } from "../src/index.ts";

const data = iris();

/** Fisher 1936, table 1, as R's `iris` has them: mean and standard deviation of each column. */
const published = {
  setosa: { mean: [5.006, 3.428, 1.462, 0.246], deviation: [0.3525, 0.3791, 0.1737, 0.1054] },
  versicolor: { mean: [5.936, 2.77, 4.26, 1.326], deviation: [0.5162, 0.3138, 0.4699, 0.1978] },
  virginica: { mean: [6.588, 2.974, 5.552, 2.026], deviation: [0.6359, 0.3225, 0.5519, 0.2747] },
};

describe("iris", () => {
  it("gives 150 flowers of 4 measurements and 50 of each species", () => {
    expect(data.shape).toEqual([150, 4]);
    expect(data.inputs).toBeInstanceOf(Float32Array);
    expect(data.inputs.length).toBe(600);
    expect(data.classes).toEqual(Object.keys(published));
    expect(data.classes.map((_, species) => data.labels.filter((label) => label === species).length)).toEqual([
      50, 50, 50,
    ]);
    expect(data.features).toEqual(["sepal length", "sepal width", "petal length", "petal width"]);
  });

  it("begins with Fisher's first flower, rounded once to float32", () => {
    expect([...data.inputs.subarray(0, 4)]).toEqual([5.1, 3.5, 1.4, 0.2].map(Math.fround));
  });

  it("has Fisher's flowers 35 and 38, which the copy of the UCI repository has wrong", () => {
    expect([...data.inputs.subarray(4 * 34, 4 * 35)]).toEqual([4.9, 3.1, 1.5, 0.2].map(Math.fround));
    expect([...data.inputs.subarray(4 * 37, 4 * 38)]).toEqual([4.9, 3.6, 1.4, 0.1].map(Math.fround));
  });

  it.each(Object.entries(published))("has the published means and deviations of %s", (species, { mean, deviation }) => {
    const label = data.classes.indexOf(species);
    for (const [column, expected] of mean.entries()) {
      const values = [...data.labels.keys()]
        .filter((flower) => data.labels[flower] === label)
        .map((flower) => data.inputs[4 * flower + column]!);
      const average = values.reduce((sum, value) => sum + value, 0) / values.length;
      const squares = values.reduce((sum, value) => sum + (value - average) ** 2, 0);
      expect(average).toBeCloseTo(expected, 5);
      expect(Math.sqrt(squares / (values.length - 1))).toBeCloseTo(deviation[column]!, 4);
    }
  });

  it("gives new arrays on each call", () => {
    iris().inputs.fill(0);
    expect(iris()).toEqual(data);
  });
});
