/** The built site, served as plain files on this machine: compressed and cached, as servers of plain files do it. */

import { existsSync, readFileSync, statSync } from "node:fs";
import { createServer } from "node:http";
import { extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

/** The folder of the built site. */
export const dist = fileURLToPath(new URL("../.vitepress/dist", import.meta.url));
/** The folder of screenshots. */
export const out = fileURLToPath(new URL("../out", import.meta.url));

const types = /** @type {Record<string, string>} */ ({
  ".html": "text/html",
  ".css": "text/css",
  ".js": "text/javascript",
  ".json": "application/json",
  ".svg": "image/svg+xml",
});
const binary = "application/octet-stream";

/** Compressed files by their path. @type {Map<string, Buffer>} */
const compressed = new Map();

/** A file as it is sent. @param {string} file */
export function gzipped(file) {
  const bytes = compressed.get(file) ?? gzipSync(readFileSync(file));
  compressed.set(file, bytes);
  return bytes;
}

/** @returns {Promise<{ origin: string, close: () => void }>} */
export async function serveSite() {
  if (!existsSync(dist)) throw new Error(`no site at ${dist}: npm run docs:build`);
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? "/", "http://site");
    const path = join(dist, decodeURIComponent(pathname));
    const file = existsSync(path) && statSync(path).isDirectory() ? join(path, "index.html") : path;
    if (!file.startsWith(join(dist, "/")) || !existsSync(file)) return void response.writeHead(404).end();
    const type = types[extname(file)];
    // The names of built files hold their hashes.
    if (pathname.includes("/assets/"))
      response.setHeader("Cache-Control", "public, max-age=31536000, immutable");
    response.setHeader("Content-Type", type ?? binary);
    if (type === undefined) return void response.end(readFileSync(file));
    response.setHeader("Content-Encoding", "gzip");
    response.end(gzipped(file));
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(undefined)));
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : "";
  return { origin: `http://127.0.0.1:${port}`, close: () => void server.close() };
}
