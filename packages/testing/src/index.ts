export { loopBackend } from "./loop-backend.ts";
export { property } from "./property.ts";
export { gradientCheck, type GradientCheckOptions } from "./gradient-check.ts";
export { functionCases } from "./cases/function-cases.ts";
export { primitiveCases } from "./cases/primitive-cases.ts";
export { operationSuite } from "./operation-suite.ts";
export { backendSuite } from "./backend-suite.ts";
