import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { versionAbove } from "@wellbegun/adapters/node";

/**
 * Version of an installed package, as its package.json says; "unknown" where there is none, as on JSR. Looked for as
 * backends are: from here, then from the folder that the program runs in.
 */
export function packageVersion(name: string): string {
  if (name === "wellbegun") return (here === undefined ? undefined : versionAbove(here, name)) ?? "unknown";
  for (const find of [resolveFromHere, resolveFromFolder]) {
    // Not every package has an entry point of its own name, and not every one exports its package.json.
    for (const entry of [`${name}/package.json`, name]) {
      try {
        const version = versionAbove(find(entry), name);
        if (version !== undefined) return version;
      } catch {
        // Not there; the next place may have it.
      }
    }
  }
  return "unknown";
}

/** Undefined where the program is bundled to CommonJS. */
const here: string | undefined = import.meta.url;

const resolveFromHere = (name: string): string => import.meta.resolve(name);

const resolveFromFolder = (name: string): string =>
  pathToFileURL(createRequire(join(process.cwd(), "any.js")).resolve(name)).href;

/** Versions of the packages that make a bundle. */
export function packageVersions(): Readonly<Record<string, string>> {
  const names = ["wellbegun", "@wellbegun/core", "@wellbegun/adapters"];
  return Object.fromEntries(names.map((name) => [name, packageVersion(name)]));
}
