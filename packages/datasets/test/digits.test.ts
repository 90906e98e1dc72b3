import { createHash } from "node:crypto";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { digits, type Digits } from "../src/digits.ts";

const pixels = 28 * 28;
const classCounts = [1001, 1127, 991, 1032, 980, 863, 1014, 1070, 944, 978];
const remedy = "install @gradloom/datasets again, or pass the url of its data/digits.bin.gz";
const publishedHash = "a6920fcac731dae28cd567d8d6f7784a292a0135849cac381261a97bce30f304";
const data = await digits();
const images = Array.from(data.labels, (_, sample) => data.inputs.subarray(sample * pixels, (sample + 1) * pixels));
const packed = await readFile(new URL("../data/digits.bin.gz", import.meta.url));

function countClasses(labels: Int32Array): number[] {
  return classCounts.map((_, digit) => labels.filter((label) => label === digit).length);
}

function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/** The hash of what data/digits.bin.gz holds; comparing the arrays themselves takes a test runner many seconds. */
function contentHash({ labels, inputs }: Digits): string {
  return sha256(Buffer.concat([Uint8Array.from(labels), inputs]));
}

describe("digits", () => {
  it("gives 10,000 grey images with their labels, each in memory of its own", () => {
    expect(data.shape).toEqual([10_000, 28, 28, 1]);
    expect(data.inputs).toBeInstanceOf(Uint8Array);
    expect(data.inputs.length).toBe(10_000 * pixels);
    expect(data.inputs.buffer.byteLength).toBe(data.inputs.length);
    expect(data.labels).toBeInstanceOf(Int32Array);
    expect(data.labels.length).toBe(10_000);
    expect(data.classes).toEqual(["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"]);
  });

  it("has the class counts of MNIST's first 10,000 training images", () => {
    expect(countClasses(data.labels)).toEqual(classCounts);
  });

  it("has MNIST's mean and standard deviation", () => {
    const mean = data.inputs.reduce((sum, grey) => sum + grey, 0) / data.inputs.length;
    const variance = data.inputs.reduce((sum, grey) => sum + (grey - mean) ** 2, 0) / data.inputs.length;
    expect(mean / 255).toBeCloseTo(0.1311, 4);
    expect(Math.sqrt(variance) / 255).toBeCloseTo(0.3087, 4);
    expect(new Set(data.inputs).size).toBe(256);
  });

  it("holds no image twice", () => {
    expect(new Set(images.map(sha256)).size).toBe(10_000);
  });

  it("holds the first training image of MNIST, a five, pixel by pixel", () => {
    expect(data.labels[1381]).toBe(5);
    const rows = [
      [0, 0, 0, 0, 3, 18, 18, 18, 126, 136, 175, 26, 166, 255, 247, 127],
      [30, 36, 94, 154, 170, 253, 253, 253, 253, 253, 225, 172, 253, 242, 195, 64],
    ];
    const start = 5 * 28 + 8;
    expect([...images[1381]!.subarray(start, start + 16)]).toEqual(rows[0]);
    expect([...images[1381]!.subarray(start + 28, start + 44)]).toEqual(rows[1]);
  });

  it("holds exactly the published bytes", () => {
    expect(contentHash(data)).toBe(publishedHash);
  });

  it("orders the images of a class by their hash", () => {
    for (const digit of classCounts.keys()) {
      const hashes = images.filter((_, sample) => data.labels[sample] === digit).map(sha256);
      expect(hashes).toEqual(hashes.toSorted());
    }
  });

  it("holds the classes in their shares in every stretch, so that a plain cut is a fair split", () => {
    for (let start = 0; start < 10_000; start += 500) {
      for (let end = start + 500; end <= 10_000; end += 500) {
        const counts = countClasses(data.labels.subarray(start, end));
        for (const [digit, count] of counts.entries())
          expect(Math.abs(count - (classCounts[digit]! * (end - start)) / 10_000)).toBeLessThan(3);
      }
    }
  });

  it("gives arrays that the caller may change", async () => {
    const changed = await digits();
    changed.inputs.fill(7);
    expect(contentHash(await digits())).toBe(publishedHash);
  });

  it("says where the data comes from", () => {
    expect(data.provenance.source).toContain("MNIST");
    expect(data.provenance.citation).toContain("LeCun");
    expect(data.provenance.licence).toContain("CC BY-SA 3.0");
  });
});

describe("digits over HTTP", () => {
  async function withServer<Result>(
    listener: RequestListener,
    body: (url: string) => Promise<Result>,
  ): Promise<Result> {
    const server = createServer(listener);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    try {
      return await body(`http://127.0.0.1:${(server.address() as AddressInfo).port}/digits.bin.gz`);
    } finally {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    }
  }

  it("come from a server that sends the file as it is", async () => {
    const fetched = await withServer(
      (_, response) => response.end(packed),
      (url) => digits({ url: new URL(url) }),
    );
    expect(contentHash(fetched)).toBe(publishedHash);
  });

  it("come from a server that declares the file's compression, which fetch then undoes", async () => {
    const fetched = await withServer(
      (_, response) => response.setHeader("Content-Encoding", "gzip").end(packed),
      (url) => digits({ url }),
    );
    expect(contentHash(fetched)).toBe(publishedHash);
  });

  it("name the status of a server that lacks the file", async () => {
    await withServer(
      (_, response) => response.writeHead(404, "Not Found").end("<html>"),
      (url) =>
        expect(digits({ url })).rejects.toThrow(
          new Error(`digits: ${url} cannot be read (HTTP 404 Not Found); ${remedy}`),
        ),
    );
  });

  it("name the reason when no server answers", async () => {
    const url = await withServer(
      () => {},
      async (address) => address,
    );
    const port = new URL(url).port;
    await expect(digits({ url })).rejects.toThrow(
      new Error(`digits: ${url} cannot be read (fetch failed: connect ECONNREFUSED 127.0.0.1:${port}); ${remedy}`),
    );
  });
});

describe("digits from a damaged file", () => {
  /** The message with which `digits` refuses a file of this content, with URL and PATH in place of where it lay. */
  async function refusal(content: Uint8Array | undefined): Promise<string> {
    const folder = await mkdtemp(join(tmpdir(), "gradloom-digits-"));
    const path = join(folder, "digits.bin.gz");
    const url = pathToFileURL(path).href;
    try {
      if (content) await writeFile(path, content);
      return await digits({ url }).then(
        () => "none",
        (error: Error) => error.message.replaceAll(url, "URL").replaceAll(path, "PATH"),
      );
    } finally {
      await rm(folder, { recursive: true });
    }
  }

  it("names a file that is missing", async () => {
    expect(await refusal(undefined)).toBe(
      `digits: URL cannot be read (ENOENT: no such file or directory, open 'PATH'); ${remedy}`,
    );
  });

  it("notices a changed byte", async () => {
    const changed = Uint8Array.from(packed);
    changed[800_000]! ^= 0x10;
    expect(await refusal(changed)).toBe(`digits: URL cannot be read (incorrect data check); ${remedy}`);
  });

  it("notices a changed checksum", async () => {
    const changed = Uint8Array.from(packed);
    changed[changed.length - 5]! ^= 0x10;
    expect(await refusal(changed)).toBe(`digits: URL cannot be read (incorrect data check); ${remedy}`);
  });

  it("notices a file cut short", async () => {
    expect(await refusal(packed.subarray(0, 800_000))).toBe(
      `digits: URL cannot be read (unexpected end of file); ${remedy}`,
    );
  });

  it.each([
    ["another gzip file", gzipSync("hello")],
    ["a file that is no gzip", Buffer.from("hello")],
    ["an empty file", Buffer.alloc(0)],
  ])("notices %s", async (_, content) => {
    expect(await refusal(content)).toBe(
      `digits: URL holds ${content.length && 5} bytes, but 10,000 labels and their images are 7850000; ${remedy}`,
    );
  });
});
