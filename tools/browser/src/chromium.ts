import { accessSync, constants } from "node:fs";
import path from "node:path";
import { type Browser, chromium } from "playwright-core";

/** What Chromium is called on the PATH. */
const names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

/** Starts Chromium without a window: the program that the variable CHROMIUM names, one on the PATH, or the Chrome of this machine. */
export async function startChromium(): Promise<Browser> {
  const executablePath = process.env["CHROMIUM"] ?? onPath();
  try {
    return await chromium.launch(executablePath === undefined ? { channel: "chrome" } : { executablePath });
  } catch (cause) {
    const tried = executablePath ?? `${names.join(", ")} on the PATH, and an installed Google Chrome`;
    throw new Error(
      `The browser tests need Chromium, which did not start (${tried}). Install it (on Debian and Ubuntu: ` +
        `apt-get install chromium), or set CHROMIUM to the file of a Chromium, Chrome or Edge.`,
      { cause },
    );
  }
}

function onPath(): string | undefined {
  const folders = (process.env["PATH"] ?? "").split(path.delimiter);
  return names.flatMap((name) => folders.map((folder) => path.join(folder, name))).find(isProgram);
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
