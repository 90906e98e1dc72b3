import { cpu } from "@gradloom/backend-cpu";
import { functionCases, operationSuite } from "@gradloom/testing";
import { describe, test } from "vitest";

operationSuite(functionCases, { describe, test }, { backend: cpu() });
