import type { Primitives } from "@gradloom/core/backend";
import { elementwisePrimitives } from "./elementwise-primitives.ts";
import { indexedPrimitives } from "./indexed-primitives.ts";
import { movementPrimitives } from "./movement-primitives.ts";
import type { PrimitiveCase } from "./primitive-case.ts";
import { reductionPrimitives } from "./reduction-primitives.ts";

/** The row of every primitive: what it must serve and what it means. A primitive without a row does not compile. */
export const primitiveCases: { readonly [Name in keyof Primitives]: () => PrimitiveCase<Primitives[Name]> } = {
  ...elementwisePrimitives,
  ...reductionPrimitives,
  ...movementPrimitives,
  ...indexedPrimitives,
};
