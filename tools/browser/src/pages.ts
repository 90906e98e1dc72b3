import type { Browser, Page } from "playwright-core";
import { startChromium } from "./chromium.ts";
import type { Job, Jobs } from "./jobs.ts";
import type { Mode } from "./modes.ts";
import { Site } from "./site.ts";

type WithJobs = typeof globalThis & { readonly jobs: Jobs };

/** A page that takes longer for one job, in milliseconds, is given up; vitest waits longer. */
const patience = 25_000;

/** Pages in one browser. */
export class Pages {
  private readonly site = new Site();
  private browser: Promise<Browser> | undefined;

  /** Opens the page of a program in `pages`. */
  async open(program: string, mode: Mode): Promise<OpenPage> {
    const address = await this.site.address(program, mode);
    const page = await (await (this.browser ??= startChromium())).newPage();
    const errors: Error[] = [];
    page.on("pageerror", (error) => errors.push(error));
    await page.goto(address);
    if (errors.length > 0) throw errors[0]!;
    // A program may await something before it registers its jobs.
    await page.waitForFunction(() => (globalThis as Partial<WithJobs>).jobs?.list.length);
    return new OpenPage(page, errors, await page.evaluate(() => (globalThis as WithJobs).jobs.list));
  }

  /** Closes them all. */
  async close(): Promise<void> {
    this.site.close();
    await (await this.browser?.catch(() => undefined))?.close();
  }
}

/** A page with what it can be asked to do. */
export class OpenPage {
  private readonly page: Page;
  private readonly errors: readonly Error[];
  readonly jobs: readonly Job[];
  private lost: Error | undefined;

  constructor(page: Page, errors: readonly Error[], jobs: readonly Job[]) {
    this.page = page;
    this.errors = errors;
    this.jobs = jobs;
  }

  /** Does a job of the page. What nobody catches in the page fails it too. */
  async run(name: string): Promise<unknown> {
    const place = this.jobs.findIndex((job) => job.name === name);
    if (place < 0) throw new Error(`no job "${name}" among ${this.jobs.map((job) => job.name).join(", ")}`);
    if (this.lost !== undefined) throw this.lost;
    const before = this.errors.length;
    const result = await this.answer(place);
    if (this.errors.length > before) throw this.errors[before]!;
    return result;
  }

  private async answer(place: number): Promise<unknown> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        this.lost = new Error(`the page gave no answer within ${patience / 1000} s to "${this.jobs[place]!.name}"`);
        reject(this.lost);
      }, patience);
    });
    const answer = this.page.evaluate((at) => (globalThis as WithJobs).jobs.run(at), place);
    try {
      return await Promise.race([answer, late]);
    } finally {
      clearTimeout(timer);
    }
  }
}
