import { existsSync, readFileSync } from "node:fs";

/**
 * The version in a package's package.json, which is found by walking up from a file of the package, since not
 * every package exports its package.json.
 *
 * @param entry A file's URL.
 * @returns Undefined if no folder above the file holds that package.
 */
export function versionAbove(entry: string, name: string): string | undefined {
  for (let folder = new URL(".", entry); ; folder = new URL("..", folder)) {
    const version = versionIn(new URL("package.json", folder), name);
    if (version !== undefined || folder.pathname === "/") return version;
  }
}

/** Versions of the packages that produce a bundle; "unknown" where a package has no package.json, as on JSR. */
export function ownVersions(): Readonly<Record<string, string>> {
  return {
    "@wellbegun/core": versionFrom(() => import.meta.resolve("@wellbegun/core"), "@wellbegun/core"),
    "@wellbegun/adapters": versionFrom(() => import.meta.url, "@wellbegun/adapters"),
  };
}

function versionFrom(find: () => string, name: string): string {
  try {
    return versionAbove(find(), name) ?? "unknown";
  } catch {
    // A bundled program has no such folder.
    return "unknown";
  }
}

function versionIn(file: URL, name: string): string | undefined {
  if (file.protocol !== "file:" || !existsSync(file)) return undefined;
  const manifest: unknown = JSON.parse(readFileSync(file, "utf8"));
  if (typeof manifest !== "object" || manifest === null) return undefined;
  const { name: own, version } = manifest as { name?: unknown; version?: unknown };
  return own === name && typeof version === "string" && version !== "" ? version : undefined;
}
