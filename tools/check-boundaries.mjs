// Who may import whom: packages by their `layer:` tag, core's folders by their order. Files in a cycle are the linter's job.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { parseSync } from "vite";

/** What the published dependencies of each layer may be. */
const allowedLayers = {
  core: [],
  backend: ["core"],
  plugin: ["core", "plugin"],
  testing: ["core"],
  umbrella: ["core", "backend", "plugin"],
};
/** The folders of core/src in the order of the flow: each may import from itself and from those before it. */
const coreFolders = [
  "errors",
  "tensor",
  "ops",
  "gradient",
  "program",
  "backend",
  "host",
  "runtime",
  "plugin",
  "model",
  "training",
];

const problems = [];
const rootManifest = readManifest(".");
const packages = new Map(
  readdirSync("packages")
    .filter((folder) => existsSync(`packages/${folder}/package.json`))
    .map((folder) => [`packages/${folder}`, readManifest(`packages/${folder}`)])
    .map(([root, manifest]) => [manifest.name, { root, manifest, layer: layerOf(manifest) }]),
);

let fileCount = 0;
for (const [name, { root, manifest, layer }] of packages) {
  if (allowedLayers[layer] === undefined) {
    problems.push(`${root}/package.json: no "layer:" tag among ${Object.keys(allowedLayers).join(", ")}`);
    continue;
  }
  const published = publishedDependencies(manifest);
  for (const dependency of published.filter((other) => packages.has(other))) {
    const other = packages.get(dependency).layer;
    if (!allowedLayers[layer].includes(other))
      problems.push(`${root}/package.json: ${name} (${layer}) may not depend on ${dependency} (${other})`);
  }
  if (layer === "core" && published.length > 0)
    problems.push(`${root}/package.json: core depends on nothing, but names ${published.join(", ")}`);
  const cycle = findCycle(name);
  if (cycle) problems.push(`${root}/package.json: packages depend on each other: ${cycle.join(" -> ")}`);

  const development = [...Object.keys({ ...manifest.devDependencies, ...rootManifest.devDependencies }), name];
  for (const file of sourceFiles(`${root}/src`)) checkFile(file, root, published, layer === "core");
  for (const file of sourceFiles(`${root}/test`)) checkFile(file, root, [...published, ...development], false);
}
for (const problem of problems) console.error(problem);
console.log(`boundaries: ${packages.size} packages, ${fileCount} files, ${problems.length} problems`);
process.exitCode = problems.length > 0 ? 1 : 0;

function checkFile(file, root, declared, isCore) {
  fileCount++;
  const source = `${root}/src`;
  if (isCore && !coreFolders.includes(folderIn(source, file)) && !isEntry(file, source))
    problems.push(`${file}: not in one of core's folders (${coreFolders.join(", ")})`);
  for (const specifier of importsOf(file)) {
    if (specifier.startsWith(".")) {
      const target = path.posix.join(path.posix.dirname(file), specifier);
      if (!target.startsWith(`${root}/`)) problems.push(`${file}: "${specifier}" leaves the package`);
      else if (file.startsWith(`${source}/`) && !target.startsWith(`${source}/`))
        problems.push(`${file}: "${specifier}" is not part of what is published`);
      else if (isCore) checkFolderOrder(file, target, source);
    } else if (isCore) problems.push(`${file}: core imports nothing from outside, but names "${specifier}"`);
    else if (specifier.startsWith("node:")) {
      if (file.startsWith(`${source}/`) && !file.startsWith(`${source}/node/`))
        problems.push(`${file}: "${specifier}" is of Node alone, which only ${source}/node may import`);
    } else if (!declared.includes(packageOf(specifier)))
      problems.push(`${file}: "${specifier}" is not among the package's dependencies`);
  }
}

function checkFolderOrder(file, target, source) {
  if (isEntry(file, source)) return;
  const [from, to] = [folderIn(source, file), folderIn(source, target)];
  if (!coreFolders.includes(to)) problems.push(`${file}: imports ${target}, which is not in one of core's folders`);
  else if (coreFolders.indexOf(to) > coreFolders.indexOf(from))
    problems.push(`${file}: ${from} comes before ${to}, so it may not import ${target}, not even types`);
}

/** What a package publishes stands above its folders. */
function isEntry(file, source) {
  return path.posix.dirname(file) === source;
}

function folderIn(source, file) {
  return path.posix.relative(source, file).split("/")[0];
}

/** Every module a file names in an import, an export or a dynamic import, types included. */
function importsOf(file) {
  const text = readFileSync(file, "utf8");
  const { module, errors } = parseSync(file, text);
  if (errors.length > 0) throw new Error(`${file}: ${errors[0].message}`);
  return [
    ...module.staticImports.map(({ moduleRequest }) => moduleRequest.value),
    ...module.staticExports.flatMap(({ entries }) => entries.map((entry) => entry.moduleRequest?.value)),
    ...module.dynamicImports.map(({ moduleRequest: { start, end } }) => text.slice(start + 1, end - 1)),
  ].filter((specifier, index, all) => specifier !== undefined && all.indexOf(specifier) === index);
}

function findCycle(start, trail = [start]) {
  for (const next of publishedDependencies(packages.get(trail.at(-1)).manifest)) {
    if (next === start) return [...trail, next];
    if (!packages.has(next) || trail.includes(next)) continue;
    const cycle = findCycle(start, [...trail, next]);
    if (cycle) return cycle;
  }
  return undefined;
}

function sourceFiles(folder) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true })
    .map((file) => `${folder}/${String(file).replaceAll("\\", "/")}`)
    .filter((file) => /\.[cm]?ts$/.test(file));
}

function publishedDependencies({ dependencies, peerDependencies, optionalDependencies }) {
  return Object.keys({ ...dependencies, ...peerDependencies, ...optionalDependencies });
}

function packageOf(specifier) {
  return specifier
    .split("/")
    .slice(0, specifier.startsWith("@") ? 2 : 1)
    .join("/");
}

function layerOf(manifest) {
  return manifest.nx?.tags?.find((tag) => tag.startsWith("layer:"))?.slice("layer:".length);
}

function readManifest(root) {
  return JSON.parse(readFileSync(`${root}/package.json`, "utf8"));
}
