/**
 * DuckDB from the repository, else from the folders that WELLBEGUN_PEERS names (each with a node_modules, separated as in
 * PATH). Where it is absent its tests are left out, and a line says so; where the environment variable CI is set, its absence
 * fails.
 */
import { createRequire } from "node:module";
import { delimiter, join } from "node:path";
import { describe, it } from "vitest";
import type { DuckdbModule } from "../src/index.ts";

const places: readonly string[] = [
  import.meta.url,
  ...(process.env.WELLBEGUN_PEERS ?? "")
    .split(delimiter)
    .filter((folder) => folder !== "")
    .map((folder) => join(folder, "package.json")),
];

/** A suite that needs DuckDB. */
export function describeWithDuckdb(name: string, suite: (duckdb: DuckdbModule) => void): void {
  const duckdb = find();
  if (duckdb !== undefined) {
    describe(name, () => suite(duckdb));
    return;
  }
  const reason =
    "@duckdb/node-api not installed: install the packages of tools/adapter-peers.json in some folder and name that in WELLBEGUN_PEERS";
  if (process.env.CI) throw new Error(`${name}: ${reason}; with CI set it must be there`);
  console.warn(`Left out: ${name}; ${reason}.`);
  it.skip(`${name}: ${reason}`, () => undefined);
}

function find(): DuckdbModule | undefined {
  for (const place of places) {
    try {
      return createRequire(place)("@duckdb/node-api") as DuckdbModule;
    } catch {
      // The next place may have it.
    }
  }
  return undefined;
}
