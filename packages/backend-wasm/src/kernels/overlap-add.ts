import { type DType, dtypes, type Primitives } from "@gradloom/core/backend";
import { i32, strided } from "../assembler/scalars.ts";
import { callOf, type Lowering } from "./call.ts";
import { type Kernel, kernel } from "./kernel.ts";
import { clearCall } from "./movement.ts";
import { addRun } from "./runs.ts";

/** y[outer, window·stride + place·dilation, …] += x[outer, window, place, run]; steps in bytes, a task is an outer index */
function overlapAddKernel(
  dtype: DType,
): Kernel<"x" | "y" | "windows" | "places" | "run" | "outerStep" | "windowStep" | "placeStep"> {
  return kernel(
    `overlapAdd ${dtype}`,
    ["x", "y", "windows", "places", "run", "outerStep", "windowStep", "placeStep"],
    (code, { x, y, windows, places, run, outerStep, windowStep, placeStep, from, to }, module) => {
      const bytes = code.let(i32.mul(run, dtypes[dtype].bytes));
      code.advance(x, i32.mul(from, i32.mul(i32.mul(windows, places), bytes)));
      code.for(from, to, 1, (outer) => {
        const window = code.let(strided(y, [outer, outerStep]));
        code.repeat(windows, () => {
          const place = code.let(window);
          code.repeat(places, () => {
            addRun(code, module, dtype, place, x, run);
            code.advance(x, bytes);
            code.advance(place, placeStep);
          });
          code.advance(window, windowStep);
        });
      });
    },
  );
}

/** y[outer, p, inner] = Σ x[outer, c, w, inner] over the windows c and places w with c·stride + w·dilation = p */
export const overlapAdd: Lowering<Primitives["overlapAdd"]> = ({
  inputs: [x],
  outputs: [y],
  attributes: { length, stride, dilation },
}) => {
  const [outer, windows, size, inner] = x!.shape as readonly [number, number, number, number];
  const step = inner * dtypes[x!.dtype].bytes;
  // Without dilation the places of a window are neighbours in y too, and one run.
  const places = dilation === 1 ? 1 : size;
  const values = {
    x: x!,
    y: y!,
    windows,
    places,
    run: (size * inner) / places,
    outerStep: length * step,
    windowStep: stride * step,
    placeStep: dilation * step,
  };
  return [clearCall(y!), callOf(overlapAddKernel(x!.dtype), values, outer)];
};
