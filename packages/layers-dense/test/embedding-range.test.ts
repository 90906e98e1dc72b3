import { cpu } from "@gradloom/backend-cpu";
import { chain, createTrainer, sequential, tensor } from "@gradloom/core";
import { expect, test } from "vitest";
import { dense, embedding, flatten } from "../src/index.ts";

test("an input outside of an embedding's table stops training at the end of the epoch, naming step and layer", async () => {
  const trainer = createTrainer({
    plugins: [cpu()],
    model: sequential(embedding({ vocabulary: 3, units: 2 }), flatten(), dense({ units: 2 })),
    loss: (prediction) => prediction.mul(prediction).mean({ axis: 1 }),
    optimizer: chain(0.1, { update: (gradient, { learningRate }) => ({ update: gradient.mul(learningRate.neg()) }) }),
  });
  const batch = (number: number): object => ({
    x: tensor(Int32Array.of(0, number), { shape: [1, 2] }),
    y: tensor(Int32Array.of(1)),
  });
  const data = (...numbers: readonly number[]) => ({ batches: () => numbers.map(batch) as never });
  await trainer.fit(data(0, 1, 2));
  const problem =
    "embedding: an input is not a whole number from 0 to 2, the rows of the table\n  in layer 0-embedding";
  await expect(trainer.fit(data(1, 3, 2))).rejects.toThrow(`fit: since step 2 of epoch 1, ${problem}`);
  await expect(trainer.evaluate(data(-1))).rejects.toThrow(`evaluate: since step 1, ${problem}`);
});

test("in prediction, a number that names no row of the table gives a row of NaN, never another row", async () => {
  const model = sequential(embedding({ vocabulary: 3, units: 2 }));
  const options = { plugins: [cpu()], model, input: [] };
  const trainer = createTrainer({
    ...options,
    loss: (prediction) => prediction.mean({ axis: 1 }),
    optimizer: chain(0.1),
  });
  const rows = await trainer.model.parameters[0]!.variable.data();
  const rowOf = (number: number): readonly number[] =>
    [0, 1, 2].includes(number) ? [rows[2 * number]!, rows[2 * number + 1]!] : [NaN, NaN];
  for (const numbers of [
    [0, 7, 1, -1, 2],
    [NaN, 1, 1.7, 2, -0, Infinity],
  ]) {
    const expected = numbers.flatMap(rowOf);
    const given = [tensor(numbers)];
    if (numbers.every(Number.isInteger)) given.push(tensor(numbers, { dtype: "int32" }));
    for (const x of given) {
      expect([...(await trainer.predict(x).data())]).toEqual(expected);
      expect([...(await trainer.model.call(x.add(0)).data())]).toEqual(expected);
      const shown = numbers.find((number) => ![0, 1, 2].includes(number));
      expect(() => trainer.model.call(x)).toThrow(
        `embedding: an input is ${shown}; inputs are whole numbers from 0 to 2, the rows of the table`,
      );
    }
  }
});
