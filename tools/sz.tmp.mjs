import { build } from "esbuild";
import { gzipSync } from "node:zlib";
const root = process.argv[2];
const entry = process.argv[3];
const r = await build({
  absWorkingDir: root,
  entryPoints: [`tools/bundles/entries/${entry}.ts`],
  bundle: true,
  write: false,
  metafile: true,
  format: "esm",
  platform: "browser",
  target: "es2023",
  minify: true,
  conditions: ["@gradloom/source"],
  supported: {},
  treeShaking: true,
  ignoreAnnotations: false,
});
console.log(
  entry,
  "total min",
  r.outputFiles[0].text.length,
  "gz",
  gzipSync(r.outputFiles[0].text, { level: 9 }).length,
);
const inputs = Object.values(r.metafile.outputs)[0].inputs;
const by = {};
for (const [f, { bytesInOutput }] of Object.entries(inputs)) by[f.replace(/^.*packages\//, "")] = bytesInOutput;
console.log(JSON.stringify(by));
