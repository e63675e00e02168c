/**
 * Packages that the adapters carry vectors into: from the repository, else from the folders that WELLBEGUN_PEERS names (each
 * with a node_modules, separated as in PATH). What is absent is left out, and a line says so; where the environment variable
 * CI is set, its absence fails.
 */
import { existsSync, mkdirSync, readdirSync, symlinkSync } from "node:fs";
import { createRequire } from "node:module";
import { delimiter, dirname, join } from "node:path";
import { describe, it } from "vitest";

const places: readonly string[] = [
  import.meta.url,
  ...(process.env.WELLBEGUN_PEERS ?? "")
    .split(delimiter)
    .filter((folder) => folder !== "")
    .map((folder) => join(folder, "package.json")),
];

/** The package as its CommonJS entry gives it. To be called in a suite of {@link describeWithPeers}. */
export function loadPeer<Module>(name: string): Module {
  return createRequire(findPeer(name)!)(name) as Module;
}

/** Makes a folder of modules with the peers and all that lies beside them, their types included; scopes are folders. */
export function linkPeers(modules: string, peers: readonly string[]): void {
  for (const peer of peers) {
    const path = createRequire(findPeer(peer)!).resolve(peer);
    const beside = join(path.slice(0, path.lastIndexOf(join("node_modules", peer))), "node_modules");
    for (const name of readdirSync(beside)) {
      if (name.startsWith(".")) continue;
      const inside = name.startsWith("@")
        ? readdirSync(join(beside, name)).map((one) => join(name, one))
        : [name];
      for (const one of inside) {
        mkdirSync(dirname(join(modules, one)), { recursive: true });
        if (!existsSync(join(modules, one))) symlinkSync(join(beside, one), join(modules, one), "junction");
      }
    }
  }
}

/** A suite that needs packages. */
export function describeWithPeers(name: string, peers: readonly string[], suite: () => void): void {
  const missing = peers.filter((peer) => findPeer(peer) === undefined);
  if (missing.length > 0) {
    const how =
      "install the packages of tools/adapter-peers.json in some folder and name that in WELLBEGUN_PEERS";
    leaveOut(name, `${missing.join(" and ")} not installed: ${how}`);
  } else describe(name, suite);
}

/** Leaves a suite out with a line that says why; under CI that fails. */
export function leaveOut(name: string, reason: string): void {
  if (process.env.CI) throw new Error(`${name}: ${reason}; with CI set it must be there`);
  console.warn(`Left out: ${name}; ${reason}.`);
  it.skip(`${name}: ${reason}`, () => undefined);
}

/** The place from which a package is found. */
function findPeer(name: string): string | undefined {
  return places.find((place) => {
    try {
      return dirname(createRequire(place).resolve(name)) !== "";
    } catch {
      return false;
    }
  });
}
