import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { expect, test } from "vitest";
import { updatePage } from "../src/page.ts";

test("a run replaces the section of its engine and leaves the others, in their order", () => {
  const folder = mkdtempSync(path.join(tmpdir(), "gradloom-page-test-"));
  try {
    const file = pathToFileURL(path.join(folder, "benchmarks.md"));
    updatePage(file, "Node 100", "late");
    updatePage(file, "Node 20", "### Table\n\nold");
    updatePage(file, "Node 24", "other");
    updatePage(file, "Node 20", "### Table\n\nnew\n");
    const [introduction, ...sections] = readFileSync(file, "utf8").split(/^## /m);
    expect(introduction).toMatch(/^# Benchmarks\n/);
    expect(sections).toEqual(["Node 20\n\n### Table\n\nnew\n\n", "Node 24\n\nother\n\n", "Node 100\n\nlate\n"]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
