// The same as one-activation, from the package that has everything.
import { relu, tensor } from "gradloom";

console.log(relu(tensor([-1, 2])));
