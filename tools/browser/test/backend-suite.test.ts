import { afterAll } from "vitest";
import { aboutNumbers, without } from "../../../packages/backend-wasm/test/chosen-laws.ts";
import { modes } from "../src/modes.ts";
import { pageTests } from "../src/page-tests.ts";
import { Pages } from "../src/pages.ts";

const pages = new Pages();
afterAll(() => pages.close());

const [first, ...others] = modes;
await pageTests(pages, "backend-suite", first!);
for (const mode of others) await pageTests(pages, "backend-suite", mode, without(aboutNumbers));
// Where memory can be shared with workers, also with two of them at every program, however small.
for (const mode of modes.filter(({ isolated, freely }) => isolated && freely))
  await pageTests(pages, "threads", mode, without(aboutNumbers));
