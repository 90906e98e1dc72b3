// `npm start`, `npm test`, ... on a fresh clone with only Node and npm: installs what the task needs, as the
// lockfile says and with the pnpm that package.json pins, then runs the task. Ours stays: corepack would only bring pnpm, and newer Nodes
// come without it.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

process.chdir(fileURLToPath(new URL("..", import.meta.url)));
const [major, minor] = process.versions.node.split(".").map(Number);
if (major < 20 || (major === 20 && minor < 19)) fail(`Node 20.19 or newer is needed; this is ${process.version}.`);

const pinnedPnpm = JSON.parse(readFileSync("package.json", "utf8")).packageManager.split("+")[0];
const vitest = "node_modules/vitest/vitest.mjs";
const windows = process.platform === "win32";
const environment = { ...process.env, NX_DAEMON: "false", NX_TUI: "false", NX_NO_CLOUD: "true" };
const [name = "help", ...options] = process.argv.slice(2);

// What is installed, from little to much: the example programs, development, and the libraries we compare with.
const levels = {
  examples: ["--prod", "--filter-prod", "@gradloom/examples..."],
  development: ["--filter", "!@gradloom/bench-peers"],
  everything: [],
};
const checks = [
  "build",
  "typecheck",
  "lint",
  "format",
  "boundaries",
  "mutants-fit",
  "unused",
  "package-shape",
  "published-types",
  "from-tarballs",
];

const tasks = {
  start: ["examples", () => runSource("docs/examples/digits.ts")],
  test: ["development", () => runTool("vitest", "run", ...options)],
  "test:deep": ["development", testDeep],
  "test:browser": ["development", testBrowser],
  "test:engines": ["development", testEngines],
  mutants: ["development", () => run(process.execPath, "tools/mutants/run.mjs", ...options)],
  build: ["development", () => nx("run-many", "-t", "build")],
  check: ["development", () => nx("run-many", "-t", ...checks)],
  format: ["development", () => runTool("oxfmt", ...options)],
  bench: ["everything", () => runSource("tools/bench/src/main.ts")],
  golden: ["development", golden],
  nx: ["development", () => runTool("nx", ...options)],
  pnpm: [undefined, () => pnpm(...options)],
};
if (!Object.hasOwn(tasks, name)) fail(`Tasks: ${Object.keys(tasks).join(", ")}.`);
const [level, task] = tasks[name];
if (level !== undefined) install(level);
task();

function golden() {
  runSource("tools/golden/src/generate.ts");
  runTool("oxfmt", "tools/golden/values");
}

/** The random tests with many more cases: GRADLOOM_DEEP is read by the test helpers. */
function testDeep() {
  environment.GRADLOOM_DEEP = "1";
  runTool("vitest", "run", "--testTimeout=1800000", ...options);
}

/** The WebAssembly backend and a training in pages of Chromium. `GRADLOOM_BROWSER=1 npm test` runs them with all others. */
function testBrowser() {
  environment.GRADLOOM_BROWSER = "1";
  runTool("vitest", "run", "--project", "@gradloom/browser-tests", ...options);
}

/** The WebAssembly backend on newer engines than the one that most likely runs `npm test`, each from npm. */
function testEngines() {
  for (const node of ["node@22", "node@24"]) {
    console.log(node);
    npmExec("--package", node, "--", "node", vitest, "run", "--project", "@gradloom/backend-wasm", ...options);
  }
}

function install(level) {
  const stamp = "node_modules/.installed";
  const hash = createHash("sha256").update(pinnedPnpm);
  for (const file of ["pnpm-lock.yaml", "pnpm-workspace.yaml"]) hash.update(readFileSync(file));
  const wantedHash = hash.digest("hex");
  const [installedHash, installedLevel] = existsSync(stamp) ? readFileSync(stamp, "utf8").split(" ") : [];
  const order = Object.keys(levels);
  if (installedHash === wantedHash && order.indexOf(installedLevel) >= order.indexOf(level)) return;
  const wantedLevel = order[Math.max(order.indexOf(level), order.indexOf(installedLevel))];
  pnpm("install", "--frozen-lockfile", "--prefer-offline", "--reporter=append-only", ...levels[wantedLevel]);
  writeFileSync(stamp, `${wantedHash} ${wantedLevel}`);
}

/** Runs a TypeScript file as it is, with the workspace packages resolved to their sources. */
function runSource(file) {
  const register = "./docs/examples/ts-register.mjs";
  run(process.execPath, "--enable-source-maps", "-C", "@gradloom/source", "--import", register, file, ...options);
}

function nx(...parameters) {
  runTool("nx", ...parameters, "--output-style=static", ...options);
}

function runTool(tool, ...parameters) {
  run(path.join("node_modules", ".bin", windows ? `${tool}.cmd` : tool), ...parameters);
}

function pnpm(...parameters) {
  // Named as an option, which comes before the package that an npm exec around us tells its children.
  npmExec("--package", pinnedPnpm, "--", "pnpm", ...parameters);
}

/** Runs a program of a package that is not installed here. */
function npmExec(...parameters) {
  const npm = process.env.npm_execpath; // set when npm started us
  const common = ["--yes", "--prefer-offline", ...parameters];
  if (npm?.endsWith("npm-cli.js")) run(process.execPath, npm, "exec", ...common);
  else run(windows ? "npx.cmd" : "npx", ...common);
}

function run(command, ...parameters) {
  const shell = windows && command.endsWith(".cmd");
  const result = spawnSync(command, parameters, { stdio: "inherit", env: environment, shell });
  if (result.error) fail(String(result.error));
  if (result.status !== 0) process.exit(result.status ?? 1); // null: ended by a signal
}

function fail(message) {
  console.error(message);
  process.exit(1);
}
