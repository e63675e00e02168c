/**
 * Lets this repository's programs find the backends' optional peers in the folders that WELLBEGUN_PEERS names (separated
 * as in PATH), as if they were installed:
 *
 *   WELLBEGUN_PEERS=path/to/peers node --import ./tools/peers.mjs packages/cli/bin/wellbegun.js doctor
 *
 * Importing it registers a resolver, which only answers where Node finds nothing.
 */

import { register } from "node:module";
import { delimiter, join } from "node:path";
import { pathToFileURL } from "node:url";
import { isMainThread } from "node:worker_threads";

const folders = (process.env.WELLBEGUN_PEERS ?? "").split(delimiter).filter((folder) => folder !== "");

// Resolvers run in a thread of their own, which imports this file again.
if (isMainThread && folders.length > 0) register(import.meta.url);

/** @type {import("node:module").ResolveHook} */
export async function resolve(specifier, context, nextResolve) {
  try {
    return await nextResolve(specifier, context);
  } catch (error) {
    if (/^[./]|^[a-z]+:/.test(specifier)) throw error;
    for (const folder of folders) {
      const parentURL = pathToFileURL(join(folder, "package.json")).href;
      try {
        return await nextResolve(specifier, { ...context, parentURL });
      } catch {
        // Not there; the next folder may have it.
      }
    }
    throw error;
  }
}
