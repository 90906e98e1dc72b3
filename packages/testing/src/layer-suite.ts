import { type Model, tensor } from "@gradloom/core";
import { compareArrays, unitOf } from "./compare-arrays.ts";
import { gradientCheck, KinkError } from "./gradient-check.ts";
import { type HostArray, samplesAt } from "./host-array.ts";
import { inTraining, joined, type LayerCase, LayerUnderTest, tensorsOf } from "./layer-suite/layer-under-test.ts";
import { loweringLaw } from "./layer-suite/lowering-law.ts";
import { largestOf } from "./operation-suite.ts";
import { effort } from "./property.ts";
import { recipeLaw } from "./recipe-law.ts";
import { type SuiteOptions, suiteOptions } from "./suite-options.ts";
import type { Runner } from "./suite.ts";

/** The number of a step, for passes in training. */
const trainingStep = 7;

/**
 * The laws of layers: the declared output shape is the real one; gradients through input and parameters, in training too; the seed decides all; what is no
 * training assigns nothing, updates nothing and treats each sample by itself; a small step lowers a loss; recipes come back.
 */
export function layerSuite(
  cases: Readonly<Record<string, LayerCase>>,
  { describe, test }: Runner,
  options: SuiteOptions,
): void {
  const { backend, plugins } = suiteOptions("layerSuite", options);
  for (const [name, row] of Object.entries(cases)) {
    const layer = new LayerUnderTest(row, plugins, backend);
    describe(name, () => {
      test("gives the shape that it declares", () => shapeLaw(layer));
      if (row.differentiable !== false) {
        test("has the gradients that differences show, through input and parameters", () => gradientLaw(layer));
        test("has such gradients in training", () => gradientLaw(layer, trainingStep));
        test("lowers a loss by a small step", () => loweringLaw(layer));
      }
      test("gives the same for the same seed, in training too", () => seedLaw(layer));
      test("draws other random numbers at each step and seed, if it is random", () => randomLaw(layer));
      test("treats each sample by itself outside of training", () => sampleLaw(layer));
      test("updates no state outside of training, and assigns none by a call", () => stateLaw(layer));
      test("comes back from its recipe, with the same parameters", () => recipeLawOf(layer));
    });
  }
}

async function shapeLaw(layer: LayerUnderTest): Promise<void> {
  for (const dtype of ["float32", "float64"] as const) {
    const model = layer.build({ dtype });
    const declared = layer.outputShapes(model);
    for (const batch of [1, 3]) {
      const outputs = await layer.run(model, layer.draw(batch, 1, dtype));
      if (outputs.length !== declared.length)
        throw new Error(`the layer declares ${declared.length} outputs and gives ${outputs.length}`);
      outputs.forEach((output, at) => {
        compareArrays(
          `output ${at} of a batch of ${batch}`,
          { ...output, data: [] },
          { ...output, shape: [batch, ...declared[at]!], data: [] },
        );
      });
    }
  }
}

async function gradientLaw(layer: LayerUnderTest, step?: number): Promise<void> {
  const seeds = effort(2).numRuns;
  for (let seed = 1; seed <= seeds; seed++) await gradientsAt(layer, step, seed);
}

/** Checks at a point; where the layer has a kink inside that the point is too close to, at another one. */
async function gradientsAt(layer: LayerUnderTest, step: number | undefined, seed: number): Promise<void> {
  for (let attempt = 0; ; attempt++) {
    const model = layer.build({ seed });
    const inputs = layer.draw(3, seed + 1000 * attempt, "float64");
    const variables = model.parameters.map(({ variable }) => variable);
    try {
      return await gradientCheck(layer.call(model, step), inputs, {
        backend: layer.backend,
        variables,
        seed,
        directions: 1,
      });
    } catch (error) {
      if (!(error instanceof KinkError) || attempt === 20) throw error;
    }
  }
}

async function seedLaw(layer: LayerUnderTest): Promise<void> {
  const inputs = layer.draw(3, 1, "float32");
  const results = async (): Promise<readonly HostArray[]> => {
    const model = layer.build({ dtype: "float32", seed: 5 });
    return [
      ...(await layer.parametersOf(model)),
      ...(await layer.run(model, inputs)),
      ...(await layer.run(model, inputs, trainingStep)),
    ];
  };
  const first = await results();
  (await results()).forEach((again, at) => compareArrays(`number ${at} of parameters and outputs`, again, first[at]!));
}

/** What a random layer gives in training changes with the step and with the seed; what others give changes with neither. */
async function randomLaw(layer: LayerUnderTest): Promise<void> {
  const inputs = layer.draw(8, 1, "float64");
  const first = layer.build({});
  const values = new Map(
    await Promise.all(
      [...first.parameters, ...first.states].map(async ({ path, variable }) => [path, await variable.data()] as const),
    ),
  );
  const other = layer.build({
    seed: 2,
    values: (path, { shape, dtype }) => tensor(values.get(path)!, { shape, dtype }),
  });
  const outputs = async (model: Model, step: number): Promise<string> => {
    const found = await layer.run(model, inputs, step);
    return found.map(({ data }) => Array.from(data).join()).join();
  };
  const { random = false } = layer.row;
  const here = await outputs(first, trainingStep);
  const changes = {
    step: here !== (await outputs(first, trainingStep + 1)),
    seed: here !== (await outputs(other, trainingStep)),
  };
  for (const [what, changed] of Object.entries(changes)) {
    if (changed === random) continue;
    throw new Error(
      random
        ? `the ${what} does not change the outputs in training, though the row says that the layer is random: the same numbers come again`
        : `the ${what} changes the outputs in training; a layer that draws random numbers says random: true in its row`,
    );
  }
}

async function sampleLaw(layer: LayerUnderTest): Promise<void> {
  const model = layer.build({});
  const inputs = layer.draw(3, 1, "float64");
  const together = await layer.run(model, inputs);
  const alone: (readonly HostArray[])[] = [];
  for (let at = 0; at < 3; at++)
    alone.push(
      await layer.run(
        model,
        inputs.map((input) => samplesAt(input, at)),
      ),
    );
  const allowed = 256 * unitOf("float64") * (1 + largestOf(together));
  together.forEach((output, at) =>
    compareArrays(`output ${at} of the batch`, output, joined(alone.map((outputs) => outputs[at]!)), () => allowed),
  );
}

async function stateLaw(layer: LayerUnderTest): Promise<void> {
  const model = layer.build({});
  const variables = [...model.parameters, ...model.states];
  const before = await Promise.all(variables.map(({ variable }) => variable.data()));
  const inputs = tensorsOf(layer.draw(3, 1, "float64"));
  const { updates } = model.forward(inputs);
  if (updates.size > 0)
    throw new Error(`outside of training the layer updates ${[...updates.keys()].map(({ name }) => name).join(", ")}`);
  model.forward(inputs, inTraining(trainingStep));
  for (const [at, { path, variable }] of variables.entries()) {
    const after = await variable.data();
    if (after.some((value, place) => !Object.is(value, before[at]![place])))
      throw new Error(`a call assigned ${path}; give the next value to context.update`);
  }
}

async function recipeLawOf(layer: LayerUnderTest): Promise<void> {
  const again = recipeLaw(layer.row.make(), layer.plugins) as Parameters<LayerUnderTest["buildOf"]>[0];
  const paths = ({ parameters, states }: Model): string =>
    [...parameters, ...states].map(({ path, variable }) => `${path} [${variable.shape.join(", ")}]`).join("; ");
  const inputs = layer.draw(2, 1, "float64");
  const [one, other] = [layer.build({}), layer.buildOf(again, {})];
  if (paths(other) !== paths(one))
    throw new Error(`the layer has ${paths(one)}; from its recipe it has ${paths(other)}`);
  const expected = await layer.run(one, inputs);
  (await layer.run(other, inputs)).forEach((output, at) =>
    compareArrays(`output ${at} from the recipe`, output, expected[at]!),
  );
}
