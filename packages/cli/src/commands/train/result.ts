import type { EpochRecord, ResolvedTrainOptions, StartRecord, StopReason } from "@wellbegun/train";
import type { MemoryNeed } from "../../shared/expect-memory.ts";
import type { Controls, JudgedBaselines, Quality } from "./judge.ts";
import type { Spread } from "./spread.ts";

/** One run: what it ended with, and how. */
export interface SeedResult extends Quality {
  readonly seed: number;
  readonly out: string;
  readonly controls: Controls;
  /** The epoch with the best validation recall, whose vectors these are; the last one without validation rows. */
  readonly bestEpoch: number;
  readonly epochs: number;
  readonly stopped: StopReason;
  /** The epoch in which a loss was not finite, else null. */
  readonly notFiniteEpoch: number | null;
  readonly curve: readonly EpochRecord[];
  /** The bundle's files and their bytes. */
  readonly files: Readonly<Record<string, number>>;
}

/** What `train` did, as data: the object that `--json` prints. */
export interface TrainResult {
  readonly dataset: string;
  readonly out: string;
  readonly backend: string;
  /** All options but the seed. */
  readonly options: Omit<ResolvedTrainOptions, "seed">;
  /** Null for a random start. */
  readonly start: StartRecord | null;
  /** What the user should know about the data. */
  readonly notes: readonly string[];
  readonly memory: MemoryNeed;
  readonly runs: readonly SeedResult[];
  /** Over the runs; null with one. */
  readonly mean: Spread | null;
  readonly baselines: JudgedBaselines;
  /** Path of the HTML page; null if none was requested. */
  readonly report: string | null;
  readonly totalTime: number;
  readonly peakMemory: number;
}
