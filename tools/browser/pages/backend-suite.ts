import { wasm } from "@gradloom/backend-wasm";
import { backendSuite } from "@gradloom/testing";
import { runner } from "./jobs.ts";

backendSuite(() => wasm(), runner);
