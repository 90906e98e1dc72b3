// Who may import whom, as boundaries.json says: `layers` of packages, by their tag; in a package's src the `order` of folders and files,
// each of which imports from itself and from those before it, types included; `exceptions` to that order. Files in a circle
// are oxlint's job. Ours stays: dependency-cruiser wants Node 22 and a second compiler beside TypeScript 7, and takes three times as long.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { parseSync } from "vite";

if (process.argv.length > 2) process.chdir(process.argv[2]);
const { layers, order, exceptions } = JSON.parse(readFileSync("tools/boundaries.json", "utf8"));
const unmet = new Set(exceptions);

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
  if (layers[layer] === undefined) {
    problems.push(`${root}/package.json: no "layer:" tag among ${Object.keys(layers).join(", ")}`);
    continue;
  }
  const published = publishedDependencies(manifest);
  for (const dependency of published.filter((other) => packages.has(other))) {
    const other = packages.get(dependency).layer;
    if (hasKernelsFor(manifest, layer, dependency)) continue;
    if (!layers[layer].includes(other))
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
for (const exception of unmet)
  problems.push(`tools/boundaries.json: "${exception}" does not happen any more; take it out`);
for (const problem of problems) console.error(problem);
console.log(`boundaries: ${packages.size} packages, ${fileCount} files, ${problems.length} problems`);
process.exitCode = problems.length > 0 ? 1 : 0;

function checkFile(file, root, declared, isCore) {
  fileCount++;
  const source = `${root}/src`;
  const part = partIn(source, file);
  const hasPlace = order[root]?.includes(part) === true;
  // A file beside the folders that has no place is an entry: it stands above them all.
  const isEntry = path.posix.dirname(file) === source;
  if (order[root] !== undefined && file.startsWith(`${source}/`) && !hasPlace && !isEntry)
    problems.push(`${file}: ${part} is not in the order of ${root}`);
  for (const specifier of importsOf(file)) {
    if (specifier.startsWith(".")) {
      const target = path.posix.join(path.posix.dirname(file), specifier);
      if (!target.startsWith(`${root}/`)) problems.push(`${file}: "${specifier}" leaves the package`);
      else if (file.startsWith(`${source}/`) && !target.startsWith(`${source}/`))
        problems.push(`${file}: "${specifier}" is not part of what is published`);
      else if (hasPlace && file.startsWith(`${source}/`)) checkOrder(file, target, root);
    } else if (isCore) problems.push(`${file}: core imports nothing from outside, but names "${specifier}"`);
    else if (specifier.startsWith("node:")) {
      if (file.startsWith(`${source}/`) && !file.startsWith(`${source}/node/`))
        problems.push(`${file}: "${specifier}" is of Node alone, which only ${source}/node may import`);
    } else if (file.startsWith(`${source}/`) && !isInFolderOf(root, file, packageOf(specifier)))
      problems.push(
        `${file}: "${specifier}" is a backend's, which only its kernels in ${folderOf(packageOf(specifier))} may import`,
      );
    else if (!declared.includes(packageOf(specifier)))
      problems.push(`${file}: "${specifier}" is not among the package's dependencies`);
  }
}

function checkOrder(file, target, root) {
  const parts = order[root];
  const [from, to] = [partIn(`${root}/src`, file), partIn(`${root}/src`, target)];
  if (parts.includes(to) && parts.indexOf(to) <= parts.indexOf(from)) return;
  const exception = `${root}: ${from} -> ${to}`;
  unmet.delete(exception);
  if (!exceptions.includes(exception))
    problems.push(`${file}: ${from} comes before ${to}, so it may not import ${target}, not even types`);
}

/** The folder of a package's sources that a file lies in, or the file where it lies in none. */
function partIn(source, file) {
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

/** Whether a plugin names a backend as an optional peer: it has kernels for it. */
function hasKernelsFor({ peerDependencies, peerDependenciesMeta }, layer, name) {
  const isPeer = peerDependencies?.[name] !== undefined && peerDependenciesMeta?.[name]?.optional === true;
  return layer === "plugin" && isPeer && packages.get(name).layer === "backend";
}

/** Whether a file of a plugin may import of a package: of a backend, only if it lies in the folder of the backend's kernels. */
function isInFolderOf(root, file, name) {
  const { layer } = [...packages.values()].find((one) => one.root === root);
  if (layer !== "plugin" || packages.get(name)?.layer !== "backend") return true;
  return file.startsWith(`${root}/${folderOf(name)}/`);
}

/** The folder for the kernels of `backend-wasm`: `src/wasm`. */
function folderOf(name) {
  return `src/${name.replace(/^.*backend-/, "")}`;
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
