// One activation of many, from its package.
import { relu } from "@gradloom/activations";
import { tensor } from "@gradloom/core";

console.log(relu(tensor([-1, 2])));
