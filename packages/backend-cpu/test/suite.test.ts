import { cpu } from "@gradloom/backend-cpu";
import { backendSuite } from "@gradloom/testing";
import { describe, test } from "vitest";

backendSuite(cpu, { describe, test });
