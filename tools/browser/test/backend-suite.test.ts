import { afterAll } from "vitest";
import { modes } from "../src/modes.ts";
import { pageTests } from "../src/page-tests.ts";
import { Pages } from "../src/pages.ts";

const pages = new Pages();
afterAll(() => pages.close());

for (const mode of modes) await pageTests(pages, "backend-suite", mode);
// Where memory can be shared with workers, also with two of them at every program, however small.
for (const mode of modes.filter(({ isolated, freely }) => isolated && freely)) await pageTests(pages, "threads", mode);
