/** The built site, served as plain files on this machine. */

import { existsSync, readFileSync, statSync } from "node:fs";
import { createServer } from "node:http";
import { extname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The folder of the built site. */
export const dist = fileURLToPath(new URL("../.vitepress/dist", import.meta.url));
/** The folder of screenshots. */
export const out = fileURLToPath(new URL("../out", import.meta.url));

const types = /** @type {Record<string, string>} */ ({
  ".html": "text/html",
  ".js": "text/javascript",
  ".css": "text/css",
  ".svg": "image/svg+xml",
  ".json": "application/json",
});

/** @returns {Promise<{ origin: string, close: () => void }>} */
export async function serveSite() {
  if (!existsSync(dist)) throw new Error(`no site at ${dist}: npm run docs:build`);
  const server = createServer((request, response) => {
    const path = join(dist, decodeURIComponent(new URL(request.url ?? "/", "http://site").pathname));
    const file = existsSync(path) && statSync(path).isDirectory() ? join(path, "index.html") : path;
    if (!file.startsWith(dist) || !existsSync(file)) return void response.writeHead(404).end();
    response
      .writeHead(200, { "Content-Type": types[extname(file)] ?? "application/octet-stream" })
      .end(readFileSync(file));
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(undefined)));
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : "";
  return { origin: `http://127.0.0.1:${port}`, close: () => void server.close() };
}
