// Loads the model of the file that is named on the command line and prints its predictions as bytes.
import { readFileSync } from "node:fs";
import { relu } from "@gradloom/activations";
import { cpu } from "@gradloom/backend-cpu";
import { tensor } from "@gradloom/core";
import { loadModel } from "@gradloom/formats";
import { xavierNormal, xavierUniform, zeros } from "@gradloom/initializers";
import { dense } from "@gradloom/layers-dense";
import { scaling, sumUp } from "./models.ts";

const model = loadModel(readFileSync(process.argv[2]!), {
  plugins: [cpu(), dense, relu, xavierNormal, xavierUniform, zeros, scaling, sumUp],
});
const predicted = await model
  .call(
    tensor([
      [1, -2, 3, 0.5],
      [0, 0.25, -1, 2],
    ]),
  )
  .data();
console.log(Buffer.from(predicted.buffer).toString("hex"));
