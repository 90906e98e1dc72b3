import { wasm } from "@gradloom/backend-wasm";
import { backendSuite } from "@gradloom/testing";
import { describe, test } from "vitest";

backendSuite(wasm, { describe, test });
