import { readdir, readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join, relative } from "node:path";
import { WellbegunError } from "@wellbegun/core";
import type { ServedFiles } from "./files.ts";

/** The page as it is built. */
export interface Page {
  readonly files: ServedFiles;
  /** Its content security policy, read from its `<meta>` element. */
  readonly policy: string;
}

const policyOf = /<meta\s+http-equiv="Content-Security-Policy"\s+content="([^"]+)"/;

/**
 * The page, which is built into this package.
 *
 * @throws {WellbegunError} `unavailable` where it is not there: in a package from JSR, and in a repository that is not built.
 */
export async function openPage(): Promise<Page> {
  try {
    const manifest = createRequire(import.meta.url).resolve("wellbegun/package.json");
    const page = join(dirname(manifest), "dist/playground");
    const entries = await readdir(page, { recursive: true, withFileTypes: true });
    const files = entries
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name));
    const [, policy] = policyOf.exec(await readFile(join(page, "index.html"), "utf8")) ?? [];
    if (policy === undefined) throw new Error("index.html names no content security policy");
    return {
      files: new Map(files.map((file) => [relative(page, file).replaceAll("\\", "/"), file])),
      policy,
    };
  } catch (cause) {
    throw new WellbegunError("unavailable", {
      doing: "opening the playground",
      expected: "the page in this package",
      found: "none",
      hint: "The package wellbegun of the npm registry has it.",
      cause,
    });
  }
}
