import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import { bundle, fromSources } from "../../bundle.ts";
import type { Mode } from "./modes.ts";

const pages = fileURLToPath(new URL("../pages", import.meta.url));

// Ours stays: vitest's browser mode needs a page of its own, which runs what the headers of some modes forbid.

/** A server on this machine that has a page for every program in `pages`, in every mode. */
export class Site {
  private readonly bundles = new Map<string, Promise<string>>();
  private readonly modes: Mode[] = [];
  private readonly server: Server = createServer((request, response) => {
    const [, place, program, script] = (request.url ?? "").split("/");
    const mode = this.modes[Number(place)];
    if (mode === undefined || program === undefined) {
      response.writeHead(404).end();
      return;
    }
    const type = script === "" ? "text/html" : "text/javascript";
    const body = script === "" ? Promise.resolve(html) : this.bundle(program);
    body.then(
      (text) => response.writeHead(200, { ...mode.headers, "Content-Type": `${type}; charset=utf-8` }).end(text),
      (error: unknown) => response.writeHead(500).end(String(error)),
    );
  });

  /** Where the page of a program in a mode is. */
  async address(program: string, mode: Mode): Promise<string> {
    if (!this.server.listening) await new Promise<void>((listen) => this.server.listen(0, "localhost", listen));
    await this.bundle(program); // here, so that a program that cannot be bundled tells why
    const { port } = this.server.address() as AddressInfo;
    return `http://localhost:${port}/${this.modes.push(mode) - 1}/${program}/`;
  }

  /** Ends the server. */
  close(): void {
    this.server.close();
    this.server.closeAllConnections();
  }

  private bundle(program: string): Promise<string> {
    const known = this.bundles.get(program);
    if (known !== undefined) return known;
    const made = bundle({
      ...fromSources,
      entryPoints: [`${pages}/${program}.ts`],
      platform: "browser",
      external: ["node:*"],
    });
    this.bundles.set(program, made);
    return made;
  }
}

const html =
  '<!doctype html><title>Gradloom</title><link rel="icon" href="data:,"><script type="module" src="script.js"></script>';
