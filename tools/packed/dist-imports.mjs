/**
 * Checks that a package declares all that its built files import, since a user's install would lack the rest.
 */

import { readFileSync } from "node:fs";
import { isBuiltin } from "node:module";
import { join } from "node:path";
import { importsOf } from "../check-imports.mjs";

/**
 * Why a built file may not import `name`, or undefined. A workspace resolves everything, and so does npm's flat layout; pnpm
 * without hoisting and Yarn PnP resolve what is declared.
 * @param {import("../workspace.mjs").Manifest} manifest
 * @param {string} name
 */
export function undeclared({ name: own, dependencies, peerDependencies }, name) {
  if (name.startsWith(".") || isBuiltin(name)) return undefined;
  const parts = name.split("/");
  const target = parts.slice(0, name.startsWith("@") ? 2 : 1).join("/");
  if (target === own || dependencies?.[target] !== undefined || peerDependencies?.[target] !== undefined)
    return undefined;
  return `imports "${name}", but ${target} stands in neither dependencies nor peerDependencies`;
}

/**
 * Undeclared imports of all JavaScript and declaration files in a packed package.
 * @param {import("./contents.mjs").Packed} packed
 */
export function distImportProblems({ owner, files }) {
  return files
    .filter((path) => /^(?:dist|bin)\/.*\.(?:[cm]?js|d\.[cm]?ts)$/.test(path))
    .flatMap((path) =>
      importsOf(readFileSync(join(owner.folder, path), "utf8")).flatMap(({ name, line }) => {
        const why = undeclared(owner.manifest, name);
        return why === undefined ? [] : [`${path}:${line} ${why}`];
      }),
    );
}
