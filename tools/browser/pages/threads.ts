import { backendSuite } from "@gradloom/testing";
import { crewOf } from "../../../packages/backend-wasm/test/threads/crew.ts";
import { runner } from "./jobs.ts";

const { backend } = await crewOf(2);

backendSuite(() => backend, runner);
