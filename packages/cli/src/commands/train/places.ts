import { readdir, rm, rmdir } from "node:fs/promises";
import { join } from "node:path";
import { bundleFiles } from "@wellbegun/adapters/node";
import { WellbegunError } from "@wellbegun/core";
import type { Io } from "../../shared/io.ts";
import { namedAgain } from "../../shared/output-file.ts";
import { type CheckpointFile, checkpointFile } from "./checkpoint-file.ts";
import type { TrainSettings } from "./options.ts";

/** One run of several: a seed, and where its results go. */
export interface Place {
  readonly seed: number;
  readonly out: string;
  readonly overwrite: boolean | string | undefined;
  readonly checkpoint: CheckpointFile;
}

/** One seed writes to `out` itself, several to a folder each in it. */
export function placesOf(out: string, settings: TrainSettings, io: Io): Place[] {
  const { seed: first = 999, seeds = 1, force } = settings;
  return Array.from({ length: seeds }, (_, n): Place => {
    const seed = first + n;
    const place = seeds === 1 ? out : join(out, `seed-${seed}`);
    const overwrite = namedAgain(out, force) ? place : force;
    return { seed, out: place, overwrite, checkpoint: checkpointFile(out, seed, io) };
  });
}

/** Bundles of several seeds are not put into a bundle, whose folder holds nothing else. */
export async function refuseBundle(out: string): Promise<void> {
  if ((await bundleFiles(out)).length === 0) return;
  throw new WellbegunError("invalid-option", {
    doing: "training",
    expected: "a folder for a bundle of each seed",
    found: "a bundle",
    at: out,
    hint: "Choose another folder.",
  });
}

/**
 * Bundles of other seeds in the folder of several, left by an earlier run: a mean over the folder would count them too.
 *
 * @throws {WellbegunError} `invalid-option` naming the first of them, without `--force`.
 */
export async function otherSeeds(out: string, places: readonly Place[]): Promise<readonly string[]> {
  if (places.length === 1) return [];
  const names = await readdir(out).catch(() => []);
  const own = places.map((place) => place.out);
  const others: string[] = [];
  for (const folder of names.filter((name) => /^seed-\d+$/.test(name)).map((name) => join(out, name))) {
    if (!own.includes(folder) && (await bundleFiles(folder)).length > 0) others.push(folder);
  }
  const { overwrite } = places[0]!;
  if (others.length === 0 || (overwrite !== undefined && overwrite !== false)) return others;
  throw new WellbegunError("invalid-option", {
    doing: "training",
    expected: `a folder without bundles of seeds that are not among ${places.map(({ seed }) => seed).join(", ")}`,
    found: `${others.length === 1 ? "one" : others.length} of an earlier run`,
    at: others[0]!,
    hint: "Choose another folder, or remove them with --force.",
  });
}

/** Removes bundles, and their folders where nothing else is in them. */
export async function removeBundles(folders: readonly string[]): Promise<void> {
  for (const folder of folders) {
    for (const name of await bundleFiles(folder)) await rm(join(folder, name), { recursive: true });
    if ((await readdir(folder)).length === 0) await rmdir(folder);
  }
}
