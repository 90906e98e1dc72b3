import { compile, gradients, mul, sub, sum } from "@gradloom/core";
import { asTensor } from "../evaluate.ts";
import { drawInputs } from "../input-spec.ts";
import type { LayerUnderTest } from "./layer-under-test.ts";

/** A step against the gradients that, were the loss linear, would take a hundredth off it lowers the squared distance to random targets. */
export async function loweringLaw(layer: LayerUnderTest): Promise<void> {
  const model = layer.build({});
  const { trainable } = model;
  if (trainable.length === 0) return;
  const inputs = layer.draw(4, 1, "float64").map(asTensor);
  const outputs = layer.outputShapes(model).map((shape) => ({ shape: [4, ...shape] }));
  const targets = drawInputs(outputs, "float64", 2).map(asTensor);
  const call = layer.call(model);
  const step = compile(
    () => {
      const distances = call(...inputs)
        .slice(0, targets.length)
        .map((output, at) => sub(output, targets[at]!));
      const loss = distances.map((distance) => sum(mul(distance, distance))).reduce((total, one) => total.add(one));
      const slopes = gradients(loss, trainable, { unused: "zeros" });
      const steepness = slopes.map((slope) => sum(mul(slope, slope))).reduce((total, one) => total.add(one));
      const rate = loss.mul(0.01).div(steepness);
      trainable.forEach((variable, at) => variable.assign(sub(variable.value, mul(slopes[at]!, rate))));
      return { loss, steepness };
    },
    { backend: layer.backend },
  );
  const before = step();
  const steepness = await before.steepness.item();
  if (!(steepness > 0)) throw new Error(`the parameters have no gradient: the sum of its squares is ${steepness}`);
  const [lossBefore, lossAfter] = [await before.loss.item(), await step().loss.item()];
  if (!(lossAfter < lossBefore)) throw new Error(`the loss was ${lossBefore} and is ${lossAfter} after the step`);
}
