import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, expect, test } from "vitest";
import { root } from "./page-programs.ts";

const folder = mkdtempSync(path.join(tmpdir(), "gradloom-digits-"));
afterAll(() => rmSync(folder, { recursive: true }));

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** What `npm start` with these options runs; `watch` sees what has been printed so far. */
function digits(
  options: readonly string[],
  watch: (printed: string, child: ChildProcess) => void = () => undefined,
): Promise<Ended> {
  const flags = ["-C", "@gradloom/source", "--import", "./docs/examples/ts-register.mjs"];
  const child = spawn(process.execPath, [...flags, "docs/examples/digits.ts", ...options], { cwd: root });
  let [stdout, stderr] = ["", ""];
  child.stdout.on("data", (text: Buffer) => {
    stdout += text.toString();
    watch(stdout, child);
  });
  child.stderr.on("data", (text: Buffer) => (stderr += text.toString()));
  return new Promise((resolve) => child.on("close", (code) => resolve({ code, stdout, stderr })));
}

const tiny = ["--samples", "500", "--epochs", "2", "--hidden", "16,16,8", "--batch-size", "50"];

test("npm start trains, reports, saves, and loads in a new process what predicts the same bytes", async () => {
  const file = path.join(folder, "model.safetensors");
  const { code, stdout, stderr } = await digits([...tiny, "--output", file]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(stdout).toMatch(/^layer +output +parameters$/m);
  const number = String.raw`\d+\.\d+`;
  const line = `loss ${number} · accuracy ${number} · validation/loss ${number} · validation/accuracy ${number} ·`;
  expect(stdout).toMatch(new RegExp(`^epoch 1/2 · ${line}.*\nepoch 2/2 · ${line}`, "m"));
  expect(stdout).toContain("Trained on 450 digits in ");
  const accuracy = Number(/^Test accuracy: ([\d.]+) % of 2000 digits/m.exec(stdout)?.[1]);
  const rows = [...stdout.matchAll(/^ {4}\d ( +(?:\d+|·)){10} +[\d.]+ %$/gm)].map(([row]) =>
    row.match(/\d+(?!\.| %)|·/g)!,
  );
  expect(rows.length).toBe(10);
  const right = rows.reduce((sum, row, digit) => sum + (Number(row[digit + 1]) || 0), 0);
  expect(right / 20).toBeCloseTo(accuracy, 2);
  expect(accuracy).toBeGreaterThan(20);
  expect(stdout).toMatch(/[░▒▓█].*\n/);
  expect(stdout.match(/a \d, read as \d \(\d+ %\)/g)?.length).toBe(6);
  expect(stdout).toContain(`Saved to ${file}. A new process loaded it and predicts the same 80000 bytes.`);
});

test("the same seed gives the same model, for every number of threads", async () => {
  const files = [path.join(folder, "first"), path.join(folder, "second")];
  await Promise.all(
    files.map((file, at) => digits([...tiny, "--seed", "3", "--threads", String(at + 1), "--output", file])),
  );
  const [first, second] = files.map((file) => readFileSync(file));
  expect(first!.length).toBeGreaterThan(50_000);
  expect(first!.equals(second!)).toBe(true);
});

test("help lists the options", async () => {
  const { code, stdout } = await digits(["--help"]);
  expect(code).toBe(0);
  expect(stdout).toContain("  --epochs N         passes over the training digits (8)\n");
});

test.each([
  [["--output", "docs"], '--output is "docs", which is a folder; give the path of a file in it'],
  [["--output", "/no/such/folder/model"], '--output is "/no/such/folder/model", which cannot be written ('],
])("%j ends with code 2 and says why", async (options, message) => {
  const { code, stdout, stderr } = await digits(options);
  expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  expect(stderr).toContain(message);
  expect(stderr).toContain("npm start -- --help lists the options.");
});

test("what goes wrong in training ends with code 1 and says what to do", async () => {
  const { code, stderr } = await digits([...tiny, "--learning-rate", "1e30", "--output", path.join(folder, "none")]);
  expect(code).toBe(1);
  expect(stderr).toMatch(/^fit: .*the loss is not a finite number.*\n$/);
});

test("an interruption ends the training at once and cleanly", async () => {
  let interrupted = false;
  const { code, stdout, stderr } = await digits(
    [...tiny, "--epochs", "100000", "--output", path.join(folder, "cut")],
    (printed, child) => {
      if (interrupted || !printed.includes("epoch 2/")) return;
      interrupted = true;
      child.kill("SIGINT");
    },
  );
  expect({ code, stderr }).toEqual({ code: 130, stderr: "\nStopped.\n" });
  expect(stdout).not.toContain("Test accuracy");
  expect(existsSync(path.join(folder, "cut"))).toBe(false);
});
