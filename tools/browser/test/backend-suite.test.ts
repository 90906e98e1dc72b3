import { afterAll } from "vitest";
import { modes } from "../src/modes.ts";
import { pageTests } from "../src/page-tests.ts";
import { Pages } from "../src/pages.ts";

/** The programs in `pages` that register tests. */
const programs = ["backend-suite"];

const pages = new Pages();
afterAll(() => pages.close());

for (const program of programs) for (const mode of modes) await pageTests(pages, program, mode);
