import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const require = createRequire(import.meta.url);

/** Version of an installed package, as its package.json says; "unknown" where there is none, as on JSR. */
export function packageVersion(name: string): string {
  try {
    const path =
      name === "wellbegun"
        ? new URL("../package.json", import.meta.url)
        : require.resolve(`${name}/package.json`);
    const manifest: unknown = JSON.parse(readFileSync(path, "utf8"));
    const version =
      typeof manifest === "object" && manifest !== null && "version" in manifest ? manifest.version : "";
    return typeof version === "string" && version !== "" ? version : "unknown";
  } catch {
    return "unknown";
  }
}

/** Versions of the packages that make a bundle. */
export function packageVersions(): Readonly<Record<string, string>> {
  const names = ["wellbegun", "@wellbegun/core", "@wellbegun/adapters"];
  return Object.fromEntries(names.map((name) => [name, packageVersion(name)]));
}
