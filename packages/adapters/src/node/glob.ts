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
    const found = await matches(root, root === "" ? parts : parts.slice(1), doing);
    if (found.length === 0) {
      throw new WellbegunError("io", { doing, expected: "files of a pattern", found: "none", at: pattern });
    }
    paths.push(...found.sort());
  }
  return paths;
}

function isPattern(text: string): boolean {
  return /[*?[]/.test(text);
}

async function matches(folder: string, parts: readonly string[], doing: string): Promise<string[]> {
  const [part, ...rest] = parts;
  if (part === undefined) return [];
  if (part !== "**" && !isPattern(part) && rest.length > 0) return matches(join(folder, part), rest, doing);
  const entries = await entriesOf(folder, doing);
  const below: string[] = part === "**" ? await matches(folder, rest, doing) : [];
  const pattern = part === "**" ? /^[^.]/ : patternOf(part);
  for (const entry of entries.filter(({ name }) => pattern.test(name))) {
    const path = join(folder, entry.name);
    if (part === "**") below.push(...(entry.isDirectory() ? await matches(path, parts, doing) : []));
    else if (rest.length === 0) below.push(...(entry.isDirectory() ? [] : [path]));
    else if (!entry.isFile()) below.push(...(await matches(path, rest, doing)));
  }
  return below;
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
