import { describe, test } from "vitest";
import type { Mode } from "./modes.ts";
import type { Pages } from "./pages.ts";

/** Registers the tests of a program in `pages`, which run in its page: those whose names are chosen. */
export async function pageTests(
  pages: Pages,
  program: string,
  mode: Mode,
  isChosen: (name: string) => boolean = () => true,
): Promise<void> {
  const page = await pages.open(program, mode);
  describe(`${program} in ${mode.name}`, () => {
    for (const { name, skipped } of page.jobs.filter((job) => isChosen(job.name)))
      (skipped ? test.skip : test)(name, () => page.run(name).then(() => {}));
  });
}
