import type { EpochRecord } from "./curve.ts";
import type { ResolvedTrainOptions } from "./train-options.ts";
import type { TrainedModel, TrainingReport } from "./trained-model.ts";

/** What a run started from, as the manifest of its bundle records it. */
export interface StartRecord {
  /** `content`, `spectral`, or `bundle`. */
  readonly from: string;
  readonly tables: "users" | "users+items";
  /** The modality whose user table it is; left out for the fused one. */
  readonly modality?: string | undefined;
  readonly scale: number;
  /** SHA-256 of the manifest of the bundle that the run starts from; null without one. */
  readonly manifestSha256: string | null;
  /** Whether rows belong to others, by this run or in its start already. */
  readonly control: "permuted" | null;
}

/** The fields of a bundle's manifest that say how a model was trained. */
export interface TrainingRecord {
  readonly recommender: string;
  readonly training: Omit<ResolvedTrainOptions, "seed">;
  readonly seed: number;
  readonly start: StartRecord | "random";
  readonly shapes: Readonly<Record<"users" | "items", readonly [rows: number, columns: number]>>;
  readonly diagnostics: TrainingReport & { readonly epochs: number };
  readonly control?: "permuted";
}

/** File of a trained bundle that holds {@link curveLines}. */
export const CURVE_FILE = "curve.jsonl";

/**
 * The record of a training for the manifest of its bundle. Nothing of time goes in, so that equal data and options give equal
 * bytes.
 *
 * @param start Null for a random start.
 */
export function trainingRecord(trained: TrainedModel, start: StartRecord | null): TrainingRecord {
  const { users, items, options, report, curve } = trained;
  const { seed, ...training } = options;
  return {
    recommender: `trained ${options.model}`,
    training,
    seed,
    start: start ?? "random",
    shapes: { users: [users.rows, users.columns], items: [items.rows, items.columns] },
    diagnostics: { ...report, epochs: curve.length },
    ...(start?.control === "permuted" ? { control: "permuted" } : {}),
  };
}

/** The curve as JSON lines in UTF-8, one for each epoch, without the times. */
export function curveLines(curve: readonly EpochRecord[]): Uint8Array {
  const lines = curve.map(({ trainMs, evaluateMs, ...record }) => `${JSON.stringify(record)}\n`);
  return new TextEncoder().encode(lines.join(""));
}
