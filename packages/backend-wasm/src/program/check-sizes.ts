import { GradloomError } from "@gradloom/core";
import { type Group, groupOperation, loopOf, type Program, sizeOf, worded } from "@gradloom/core/backend";

/** Kernels count elements in 32 bits with a sign. */
const most = 2 ** 31 - 1;

/** Throws if a program, or one inside it, has more elements to go through than kernels can count. */
export function checkSizes({ steps }: Program): void {
  for (const step of steps) {
    const { operation, attributes, inputs, outputs } = step;
    const loop = loopOf(step);
    if (loop !== undefined) checkSizes(loop.body);
    if ((operation as unknown) === groupOperation) {
      const { size, body } = attributes as Group;
      if (size > most) throw tooMany(`${body.at(-1)!.operation.name} goes through ${size} elements`);
    }
    const large = [...inputs, ...outputs].find(({ shape }) => sizeOf(shape) > most);
    if (large !== undefined) throw tooMany(`${operation.name} meets ${worded(large)}`);
  }
}

function tooMany(meeting: string): GradloomError {
  // Why: WebAssembly memory holds 2^31 elements only where an element is one byte, but a tensor that is reduced as it is made needs no
  // memory of its own. Go through it in parts, or use `cpu()`.
  return new GradloomError(
    "wasm-size",
    `wasm: ${meeting}; kernels count to ${most}; compute in parts, or use the cpu backend`,
  );
}
