export { accuracy } from "./accuracy.ts";
