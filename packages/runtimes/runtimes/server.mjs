/** A server for one page: reads from some folders, writes what the page puts into another. */

import { once } from "node:events";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { dirname, extname, join } from "node:path";
import { buffer } from "node:stream/consumers";

/** @type {Record<string, string>} */
const types = {
  ".html": "text/html",
  ".js": "text/javascript",
  ".mjs": "text/javascript",
  ".json": "application/json",
  ".wasm": "application/wasm",
};

// A page that is isolated by these has SharedArrayBuffer, without which WebAssembly has no threads.
const isolation = {
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Embedder-Policy": "require-corp",
};

/**
 * @param {readonly string[]} sources where files are looked for, in this order
 * @param {string} out where files that are PUT are written
 */
export async function serve(sources, out) {
  const server = createServer((request, response) => {
    /** @param {number} status @param {Uint8Array | string} [body] @param {string} [type] */
    const answer = (status, body = "", type = "application/octet-stream") => {
      response
        .writeHead(status, { ...isolation, "Content-Type": type, "Cache-Control": "no-store" })
        .end(body);
    };
    handle(request, answer).catch((error) => answer(500, String(error), "text/plain"));
  });

  /**
   * @param {import("node:http").IncomingMessage} request
   * @param {(status: number, body?: Uint8Array | string, type?: string) => void} answer
   */
  async function handle(request, answer) {
    // Resolved as a URL, a path cannot climb out of its folder.
    const { pathname } = new URL(request.url ?? "/", "http://localhost");
    const path = pathname === "/" ? "/index.html" : pathname;
    if (request.method === "PUT") {
      const target = join(out, path);
      await mkdir(dirname(target), { recursive: true });
      await writeFile(target, await buffer(request));
      return answer(200);
    }
    for (const source of sources) {
      const body = await readFile(join(source, path)).catch(() => undefined);
      if (body !== undefined) return answer(200, body, types[extname(path)]);
    }
    return answer(404);
  }

  server.listen(0, "localhost");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string")
    throw new Error(`listening at ${address}, not at a port`);
  return { url: `http://localhost:${address.port}/`, close: () => void server.close() };
}
