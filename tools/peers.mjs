/**
 * Lets this repository's programs find the backends' optional peers in the folder that WELLBEGUN_PEERS names, as if they
 * were installed:
 *
 *   WELLBEGUN_PEERS=path/to/peers node --import ./tools/peers.mjs packages/cli/bin/wellbegun.js doctor
 *
 * Importing it registers a resolver, which only answers where Node finds nothing.
 */

import { register } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { isMainThread } from "node:worker_threads";

const folder = process.env.WELLBEGUN_PEERS;

// Resolvers run in a thread of their own, which imports this file again.
if (isMainThread && folder !== undefined) register(import.meta.url);

/** @type {import("node:module").ResolveHook} */
export async function resolve(specifier, context, nextResolve) {
  try {
    return await nextResolve(specifier, context);
  } catch (error) {
    if (folder === undefined || /^[./]|^[a-z]+:/.test(specifier)) throw error;
    const parentURL = pathToFileURL(join(folder, "package.json")).href;
    try {
      return await nextResolve(specifier, { ...context, parentURL });
    } catch {
      throw error;
    }
  }
}
