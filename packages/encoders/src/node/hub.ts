import { randomUUID } from "node:crypto";
import { mkdir, rename, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { WellbegunError } from "@wellbegun/core";
import { messageOf } from "@wellbegun/core/backend";
import type { TransformersLibrary } from "../transformers/library.ts";
import type { ModelFiles } from "../transformers/options.ts";
import { folderFiles } from "./files.ts";

/**
 * The files of a model of the hub: those that transformers.js keeps in its cache, and JSON files that it does not read itself, which
 * are fetched into the cache unless offline.
 */
export function hubFiles(
  { env }: TransformersLibrary,
  name: string,
  { revision = "main", offline = false }: HubOptions,
): ModelFiles {
  const { cacheDir, remoteHost, remotePathTemplate, fetch } = env;
  if (cacheDir === null) return { hash: async () => undefined, readJson: async () => undefined };
  const folder = join(cacheDir, name, revision === "main" ? "" : revision);
  const cached = folderFiles(folder);
  const address =
    remoteHost +
    remotePathTemplate.replaceAll("{model}", name).replaceAll("{revision}", encodeURIComponent(revision));
  return {
    hash: cached.hash,
    readJson: async (file) => {
      const own = await cached.readJson(file);
      if (own !== undefined || offline) return own;
      const bytes = await fetchFile(fetch, address + file);
      if (bytes === undefined) return undefined;
      await keep(bytes, join(folder, file));
      return await cached.readJson(file);
    },
  };
}

interface HubOptions {
  readonly revision?: string | undefined;
  readonly offline?: boolean | undefined;
}

/** A file by its address; undefined if the server has none there. */
async function fetchFile(
  fetch: TransformersLibrary["env"]["fetch"],
  address: string,
): Promise<Uint8Array | undefined> {
  let found: string;
  try {
    const answer = await fetch(address, { headers: headersFor(address) });
    if (answer.ok) return new Uint8Array(await answer.arrayBuffer());
    if (answer.status === 404) return undefined;
    found = `status ${answer.status}`;
  } catch (cause) {
    found = messageOf(cause);
  }
  throw new WellbegunError("unavailable", {
    doing: "opening an encoder",
    expected: "a file of the model, or the answer that it has none",
    found,
    at: address,
    hint: "A folder with the model needs no hub.",
  });
}

/** The token of private models, in the variables and for the hosts for which transformers.js sends it. */
function headersFor(address: string): Record<string, string> {
  const token = process.env.HF_TOKEN ?? process.env.HF_ACCESS_TOKEN;
  const isHub = ["huggingface.co", "hf.co"].includes(new URL(address).hostname);
  return token !== undefined && token !== "" && isHub ? { Authorization: `Bearer ${token}` } : {};
}

/** Writes a file as a whole, since other processes read the cache. */
async function keep(bytes: Uint8Array, path: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const unfinished = `${path}.${randomUUID()}`;
  await writeFile(unfinished, bytes);
  await rename(unfinished, path);
}
