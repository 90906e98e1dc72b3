export { relu } from "./relu.ts";
