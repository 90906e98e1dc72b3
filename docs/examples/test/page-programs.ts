import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { bundle, fromSources } from "../../../tools/bundle.ts";

/** The folder of the repository. */
export const root: string = fileURLToPath(new URL("../../../", import.meta.url));

/** A program on a page, with the heading that it stands under and what the page says that it prints. */
export interface PageProgram {
  readonly heading: string;
  readonly code: string;
  readonly printed: string | undefined;
}

/** The `js` blocks of a Markdown page; a `text` block right after one is what it prints. */
export function programsOf(page: string): readonly PageProgram[] {
  const parts = /^#+ (.+?)$|^```js\n(.*?)^```$(?:\s*^```text\n(.*?)^```$)?/gms;
  let heading = page;
  return [...readFileSync(root + page, "utf8").matchAll(parts)].flatMap(([, title, code, printed]) => {
    heading = title ?? heading;
    return code === undefined ? [] : [{ heading, code, printed }];
  });
}

/** What a program prints that imports what the package in `folder` may import, itself included. */
export async function run(code: string, folder = "packages/gradloom"): Promise<string> {
  const stdin = { contents: code, resolveDir: root + folder };
  const program = await bundle({ ...fromSources, stdin, platform: "node" });
  // Programs may save files: in a folder of their own.
  const cwd = mkdtempSync(path.join(tmpdir(), "gradloom-page-"));
  try {
    const running = promisify(execFile)(process.execPath, ["--input-type=module", "-"], { cwd });
    running.child.stdin!.end(program);
    return (await running).stdout;
  } finally {
    rmSync(cwd, { recursive: true });
  }
}
