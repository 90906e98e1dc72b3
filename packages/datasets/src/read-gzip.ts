declare const process: {
  getBuiltinModule(name: "node:fs/promises"): { readFile(file: URL): Promise<Uint8Array<ArrayBuffer>> };
};

/** The decompressed bytes of the gzip file at `url` (`file:`, `http:`, `https:`, `data:`); rejects if it is missing or damaged. */
export async function readGzip(url: string): Promise<Uint8Array> {
  const bytes = url.startsWith("file:") ? await readFile(url) : await download(url);
  // Some servers send a .gz file as content that fetch has decompressed already.
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes;
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

/** Node's fetch knows no `file:`; asked for in this way, its file system is no import that a bundler must resolve. */
function readFile(url: string): Promise<Uint8Array<ArrayBuffer>> {
  return process.getBuiltinModule("node:fs/promises").readFile(new URL(url));
}

async function download(url: string): Promise<Uint8Array<ArrayBuffer>> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`HTTP ${response.status} ${response.statusText}`);
  return new Uint8Array(await response.arrayBuffer());
}
