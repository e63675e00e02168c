import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { type ImportModule, isAbsence } from "@wellbegun/core/backend";

/**
 * Loads a package that this one does not depend on: from beside it, or else from the folder that the program runs in,
 * where `npm install` puts it for someone who started the program with npx or installed it globally.
 */
export const importModule: ImportModule = async (name) => {
  try {
    return await import(name);
  } catch (error) {
    const here = isAbsence(error) ? resolveFromHere(name) : undefined;
    if (here === undefined) throw error;
    return await import(pathToFileURL(here).href);
  }
};

function resolveFromHere(name: string): string | undefined {
  try {
    return createRequire(join(process.cwd(), "any.js")).resolve(name);
  } catch {
    return undefined;
  }
}
