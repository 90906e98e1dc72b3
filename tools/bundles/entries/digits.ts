// The only program that brings a file along: that of the digits.
import { digits } from "gradloom/digits";

const { shape } = await digits();
console.log(shape.join());
