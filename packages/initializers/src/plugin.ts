import { plugin, type Plugin } from "@gradloom/core";
import { constant, ones, zeros } from "./constant.ts";
import { normal } from "./normal.ts";
import { uniform } from "./uniform.ts";
import {
  bengioUniform,
  glorotNormal,
  glorotUniform,
  heNormal,
  heUniform,
  xavierNormal,
  xavierUniform,
} from "./variance-scaling.ts";

type Provided = readonly [
  typeof bengioUniform,
  typeof constant,
  typeof glorotNormal,
  typeof glorotUniform,
  typeof heNormal,
  typeof heUniform,
  typeof normal,
  typeof ones,
  typeof uniform,
  typeof xavierNormal,
  typeof xavierUniform,
  typeof zeros,
];

/** All initializers of this package. */
export const initializers: Plugin<Provided> = /*#__PURE__*/ plugin({
  name: "@gradloom/initializers",
  core: "^0.1",
  provides: [
    bengioUniform,
    constant,
    glorotNormal,
    glorotUniform,
    heNormal,
    heUniform,
    normal,
    ones,
    uniform,
    xavierNormal,
    xavierUniform,
    zeros,
  ],
});
