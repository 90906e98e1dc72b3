// The least a program can import.
import { tensor } from "@gradloom/core";

console.log(tensor([1, 2, 3]));
