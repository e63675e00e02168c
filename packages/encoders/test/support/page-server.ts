/**
 * A page with the function of page-encode.mjs, which imports the built package: core and encoders from dist, their peers from WELLBEGUN_ENCODERS, and files of models.
 */
import { createReadStream, existsSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const own = fileURLToPath(new URL(".", import.meta.url));
const packages = fileURLToPath(new URL("../../..", import.meta.url));
const peers = join(process.env.WELLBEGUN_ENCODERS ?? "", "node_modules");

/** What a path of the page begins with, and the folder that it stands for. */
const folders: Readonly<Record<string, string>> = {
  page: own,
  core: join(packages, "core/dist"),
  encoders: join(packages, "encoders/dist"),
  ort: join(peers, "onnxruntime-web/dist"),
  "ort-common": join(peers, "onnxruntime-common/dist/esm"),
  transformers: join(peers, "@huggingface/transformers/dist"),
  tokenizers: join(peers, "@huggingface/tokenizers/dist"),
};

const imports = {
  "@wellbegun/core": "/core/index.js",
  "@wellbegun/core/backend": "/core/backend/index.js",
  "@wellbegun/core/support": "/core/support.js",
  "onnxruntime-web": "/ort/ort.wasm.bundle.min.mjs",
  "onnxruntime-web/webgpu": "/ort/ort.webgpu.bundle.min.mjs",
  "onnxruntime-common": "/ort-common/index.js",
  "@huggingface/transformers": "/transformers/transformers.web.min.js",
  "@huggingface/tokenizers": "/tokenizers/tokenizers.min.mjs",
};
const types: Readonly<Record<string, string>> = {
  ".js": "text/javascript",
  ".mjs": "text/javascript",
  ".wasm": "application/wasm",
};

/** A running server. */
export interface PageServer {
  readonly address: string;
  close(): void;
}

/** Serves the page at `/`, and the folders of `more` by name besides those of the package. */
export async function servePage(more: Readonly<Record<string, string>>): Promise<PageServer> {
  const known = { ...folders, ...more };
  const server = createServer((request, response) => {
    const path = decodeURIComponent(new URL(request.url ?? "/", "http://page").pathname);
    if (path === "/") {
      response.setHeader("content-type", "text/html");
      const map = `<script type="importmap">${JSON.stringify({ imports })}</script>`;
      response.end(`<!doctype html>${map}<script type="module" src="/page/page-encode.mjs"></script>`);
      return;
    }
    const [, name = "", ...rest] = path.split("/");
    const folder = known[name];
    const file = folder === undefined ? "" : resolve(folder, rest.join("/"));
    if (folder === undefined || !file.startsWith(folder) || !existsSync(file)) {
      response.statusCode = 404;
      response.end();
      return;
    }
    response.setHeader("content-type", types[extname(file)] ?? "application/octet-stream");
    createReadStream(file).pipe(response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return { address: `http://127.0.0.1:${port}/`, close: () => server.close() };
}
