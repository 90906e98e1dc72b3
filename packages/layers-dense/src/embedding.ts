import {
  all,
  cast,
  define,
  type FactoryOf,
  gather,
  given,
  type Given,
  greaterEqual,
  type Layer,
  less,
  logicalAnd,
  required,
  type Tensor,
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

/** The row of a table for each whole number: [batch, ...] of any dtype -> [batch, ..., units]; table [vocabulary, units]. */
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
          const numbers = whole(x as Tensor);
          const known = logicalAnd(greaterEqual(numbers, 0), less(numbers, vocabulary));
          context.check(
            all(known),
            `embedding: an input is not a number from 0 to ${vocabulary - 1}, the rows of the table`,
          );
          return gather(table.value, numbers);
        },
      };
    },
  }),
);

/** Numbers of any dtype as positions. */
function whole(x: Tensor): Tensor {
  return x.dtype === "uint32" ? x : cast(x, "int32");
}
