import { describe, test } from "vitest";
import type { Mode } from "./modes.ts";
import type { Pages } from "./pages.ts";

/** Registers the tests of a program in `pages`, which run in its page. */
export async function pageTests(pages: Pages, program: string, mode: Mode): Promise<void> {
  const page = await pages.open(program, mode);
  describe(`${program} in ${mode.name}`, () => {
    for (const { name, skipped } of page.jobs) (skipped ? test.skip : test)(name, () => page.run(name).then(() => {}));
  });
}
