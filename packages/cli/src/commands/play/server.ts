import { once } from "node:events";
import { constants, createReadStream } from "node:fs";
import { open, realpath } from "node:fs/promises";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { extname } from "node:path";
import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { ioError } from "@wellbegun/adapters/node";
import type { PlayFolder } from "./files.ts";
import type { Page } from "./page.ts";

const HOST = "127.0.0.1";
const INDEX = "index.html";

const types: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".json": "application/json",
};

/** Of every answer: memory may be shared, which threads of WebAssembly need, and no other page may read or frame it. */
const headers = {
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Embedder-Policy": "require-corp",
  "Cross-Origin-Resource-Policy": "same-origin",
  // The page has a policy of its own. No other answer is a document that could load or run anything.
  "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
  "X-Content-Type-Options": "nosniff",
  "Referrer-Policy": "no-referrer",
  "Cache-Control": "no-store",
};

/** A server that runs. */
export interface PageServer {
  /** Where the page is. */
  readonly url: string;
  close(): Promise<void>;
}

/**
 * Serves the page and the files of one folder on the loopback interface. A request that names another host is refused, so that no
 * page of another site reaches the files by a name that resolves to this machine.
 *
 * @throws {WellbegunError} `io` if the port is taken.
 */
export async function servePage(parts: {
  readonly page: Page;
  readonly folder: PlayFolder;
  readonly port: number;
}): Promise<PageServer> {
  let hosts: readonly string[] = [];
  const server = createServer((request, response) => {
    answer(request, response, hosts, parts).catch(() => response.destroy());
  });
  server.listen(parts.port, HOST);
  await once(server, "listening").catch((cause: unknown) => {
    throw ioError("starting the server", "a free port", `${HOST}:${parts.port}`, cause);
  });
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : parts.port;
  hosts = [`${HOST}:${port}`, `localhost:${port}`];
  return {
    url: `http://${HOST}:${port}/?local`,
    close: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, "close").catch(() => undefined);
    },
  };
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  hosts: readonly string[],
  { page, folder }: { readonly page: Page; readonly folder: PlayFolder },
): Promise<void> {
  const say = (status: number, body: string, type = "text/plain"): void => {
    response.writeHead(status, { ...headers, "Content-Type": type }).end(body);
  };
  if (!hosts.includes(request.headers.host ?? ""))
    return say(421, "This server answers for this machine only.\n");
  if (request.method !== "GET") return say(405, "This server only answers GET.\n");
  const path = decoded(request.url ?? "/");
  if (path === "folder/") {
    const { name, kind, files } = folder;
    return say(200, JSON.stringify({ name, kind, files: [...files.keys()] }), types[".json"]);
  }
  const ofFolder = path.startsWith("folder/");
  const name = path === "" ? INDEX : path;
  const file = ofFolder ? folder.files.get(path.slice("folder/".length)) : page.files.get(name);
  const content = file === undefined ? undefined : await opened(file, ofFolder);
  if (file === undefined || content === undefined) return say(404, "There is no such file.\n");
  const type = types[extname(file)] ?? "application/octet-stream";
  const policy =
    name === INDEX ? { "Content-Security-Policy": `${page.policy}; frame-ancestors 'none'` } : {};
  response.writeHead(200, { ...headers, ...policy, "Content-Type": type });
  await pipeline(content, response);
}

/**
 * The content of a file; undefined if it is gone. A file of the folder, or the folder of its part, may have become a link
 * meanwhile, which is not followed.
 */
async function opened(file: string, ofFolder: boolean): Promise<Readable | undefined> {
  if (!ofFolder) return createReadStream(file);
  if ((await realpath(file).catch(() => undefined)) !== file) return undefined;
  // Windows has no such flag.
  const handle = await open(file, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0)).catch(() => undefined);
  return handle?.createReadStream();
}

/** The path of a request below the root; only names that are listed are ever looked up. */
function decoded(url: string): string {
  try {
    return decodeURIComponent(url.replace(/[?#].*$/, "").slice(1));
  } catch {
    return "\0";
  }
}
