import { GradloomError, type Shape, type Shapes } from "@gradloom/core";

/** The shape of the one input of a layer; an error where there is a list. */
export function oneInput(name: string, input: Shapes): Shape {
  if (!isList(input)) return input;
  throw new GradloomError(
    "layer-input",
    `${name}: the input is ${JSON.stringify(input)}, a list of ${input.length} tensors; it takes one: merge them first, e.g. with mergeConcatenate()`,
  );
}

/** The shapes of the inputs of a merging layer; an error where there is no list. */
export function severalInputs(name: string, input: Shapes): readonly Shape[] {
  if (isList(input)) return input;
  throw new GradloomError(
    "layer-input",
    `${name}: the input is one tensor ${JSON.stringify(input)}; it takes a list, such as branch(...) gives`,
  );
}

function isList(input: Shapes): input is readonly Shape[] {
  return Array.isArray(input[0]);
}
