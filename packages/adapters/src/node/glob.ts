import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { WellbegunError } from "@wellbegun/core";
import { ioError } from "./io-error.ts";

/**
 * The files that match paths and patterns, in their order; the files of a pattern are sorted by path. In a
 * pattern, `*` matches any characters of a name, `?` one character, `[…]` one of a set, and `**` any number of
 * folders. Only patterns that begin with a period match names that do.
 *
 * @throws {WellbegunError} `io` if a pattern names no file, or a folder cannot be read.
 */
export async function expandPaths(patterns: readonly string[], doing: string): Promise<string[]> {
  const paths: string[] = [];
  for (const pattern of patterns) {
    if (!isPattern(pattern)) {
      paths.push(pattern);
      continue;
    }
    const parts = pattern.split(/[\\/]/);
    const root = parts[0] === "" ? "/" : "";
    const found: string[] = [];
    await addMatches(found, root, root === "" ? parts : parts.slice(1), doing);
    if (found.length === 0) {
      throw new WellbegunError("io", { doing, expected: "files of a pattern", found: "none", at: pattern });
    }
    for (const path of found.sort()) paths.push(path);
  }
  return paths;
}

function isPattern(text: string): boolean {
  return /[*?[]/.test(text);
}

/** Adds to `found` what matches below a folder. One by one, since a call takes some 10^5 arguments at most. */
async function addMatches(
  found: string[],
  folder: string,
  parts: readonly string[],
  doing: string,
): Promise<void> {
  const [part, ...rest] = parts;
  if (part === undefined) return;
  if (part !== "**" && !isPattern(part) && rest.length > 0) {
    await addMatches(found, join(folder, part), rest, doing);
    return;
  }
  const entries = await entriesOf(folder, doing);
  if (part === "**") await addMatches(found, folder, rest, doing);
  const pattern = part === "**" ? /^[^.]/ : patternOf(part);
  for (const entry of entries.filter(({ name }) => pattern.test(name))) {
    const path = join(folder, entry.name);
    if (part === "**") {
      if (entry.isDirectory()) await addMatches(found, path, parts, doing);
    } else if (rest.length === 0) {
      if (!entry.isDirectory()) found.push(path);
    } else if (!entry.isFile()) await addMatches(found, path, rest, doing);
  }
}

async function entriesOf(folder: string, doing: string): Promise<import("node:fs").Dirent[]> {
  try {
    return await readdir(folder === "" ? "." : folder, { withFileTypes: true });
  } catch (cause) {
    throw ioError(doing, "a folder", folder, cause);
  }
}

/** One segment of a pattern as a regular expression. */
function patternOf(part: string): RegExp {
  const text = part.replace(/\[!?[^\]]+\]|[*?]|[.+^${}()|[\]\\]/g, (token) => {
    if (token === "*") return ".*";
    if (token === "?") return ".";
    return token.length > 2 ? token.replace("[!", "[^") : `\\${token}`;
  });
  return new RegExp(part.startsWith(".") ? `^${text}$` : `^(?!\\.)${text}$`);
}
