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
