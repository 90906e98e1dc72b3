import { cpu } from "@gradloom/backend-cpu";
import { extremeCases, extremeSuite } from "@gradloom/testing";
import { describe, test } from "vitest";

extremeSuite(extremeCases, { describe, test }, { backend: cpu() });
