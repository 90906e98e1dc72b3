import {
  all,
  cast,
  define,
  equal,
  expandDims,
  type FactoryOf,
  floor,
  gather,
  given,
  type Given,
  GradloomError,
  greaterEqual,
  type Layer,
  less,
  logicalAnd,
  required,
  type Tensor,
  type TypedArray,
  where,
  wholeNumber,
} from "@gradloom/core";
import { uniform } from "@gradloom/initializers";
import { oneInput } from "./input-shape.ts";

/** Options of `embedding`. */
export interface EmbeddingOptions {
  /** How many different numbers there are: inputs go from 0 to one less. */
  readonly vocabulary: number;
  /** How many numbers stand for each. */
  readonly units: number;
  /** Of the table; `uniform` over [-0.05, 0.05) if left out. */
  readonly initializer?: Given<"initializer">;
  readonly regularizer?: Given<"regularizer">;
}

/**
 * The row of a table for each whole number: [batch, ...] of any dtype -> [batch, ..., units]; table [vocabulary, units]. A number that names no row is
 * an error where it is known, and else a row of NaN, which stops training.
 */
export const embedding: FactoryOf<"layer", EmbeddingOptions, "embedding"> = /*#__PURE__*/ define(
  "layer",
  "embedding",
  {
    vocabulary: required(wholeNumber(1)),
    units: required(wholeNumber(1)),
    initializer: given("initializer"),
    regularizer: given("regularizer"),
  },
  ({ vocabulary, units, initializer = uniform, regularizer }: EmbeddingOptions): Layer => ({
    build(input, make) {
      const table = make.parameter("table", [vocabulary, units], { initializer, regularizer });
      return {
        output: [...oneInput("embedding", input), units],
        call(x, context) {
          const { storage, dtype } = x as Tensor;
          if (storage !== undefined && "data" in storage) checkRows(storage.data, vocabulary);
          const numbers = dtype === "uint8" || dtype === "bool" ? cast(x as Tensor, "int32") : (x as Tensor);
          const inside = logicalAnd(greaterEqual(numbers, 0), less(numbers, vocabulary));
          const known = logicalAnd(inside, equal(floor(numbers), numbers));
          context.check(
            all(known),
            `embedding: an input is not a whole number from 0 to ${vocabulary - 1}, the rows of the table`,
          );
          return where(expandDims(known, -1), gather(table.value, cast(where(known, numbers, 0), "int32")), NaN);
        },
      };
    },
  }),
);

/** Throws unless all are rows of the table. */
function checkRows(numbers: TypedArray, vocabulary: number): void {
  const wrong = numbers.find((row: number) => !(Number.isInteger(row) && row >= 0 && row < vocabulary));
  if (wrong === undefined) return;
  // Why: Inputs that are computed, and those of compiled work such as a Trainer's, have no numbers yet when the graph is built. There, an input
  // beyond the table gives a row of NaN in prediction and stops training and evaluation.
  throw new GradloomError(
    "embedding-row",
    `embedding: an input is ${wrong}; inputs are whole numbers from 0 to ${vocabulary - 1}, the rows of the table`,
  );
}
