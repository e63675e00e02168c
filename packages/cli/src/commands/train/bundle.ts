import { stat } from "node:fs/promises";
import { join } from "node:path";
import {
  INITIALIZER_FILE,
  identifyData,
  type OutputFolderOptions,
  writeTables,
} from "@wellbegun/adapters/node";
import type { Backend, Observer, Table } from "@wellbegun/core";
import type { EpochRecord, TrainedModel } from "@wellbegun/train";
import type { OpenDataset } from "../../shared/dataset.ts";
import { packageVersion, packageVersions } from "../../shared/versions.ts";
import type { Quality } from "./judge.ts";
import type { StartRecord } from "./start.ts";

/** File of a trained bundle that holds a line for each epoch. */
export const CURVE_FILE = "curve.jsonl";

/** What a trained bundle is made of. */
export interface TrainedBundle {
  readonly dataset: OpenDataset;
  /** Whether the features belong to what it was made from. */
  readonly readsFeatures: boolean;
  readonly trained: TrainedModel;
  readonly start: StartRecord | null;
  readonly quality: Quality;
  readonly backend: Backend;
}

/**
 * Writes a trained model as a bundle: its tables, its curve as JSON lines, and how it was made. Nothing of time goes in, so
 * that equal data and options give equal bytes.
 *
 * @returns The files' bytes by name, the manifest included.
 */
export async function writeTrained(
  out: string,
  { dataset, readsFeatures, trained, start, quality, backend }: TrainedBundle,
  place: Pick<OutputFolderOptions, "overwrite" | "inputs">,
  observer: Observer,
): Promise<Record<string, number>> {
  const { users, items, options, report, initializer } = trained;
  const input = await identifyData(dataset, {
    signal: observer.signal,
    ...(readsFeatures ? {} : { modalities: [] }),
  });
  const { seed, ...training } = options;
  const manifest = await writeTables(out, {
    ...place,
    ...observer,
    tables: [tableOf("users", users), tableOf("items", items)],
    userIds: users.ids?.ids,
    itemIds: items.ids?.ids,
    attachments: {
      [CURVE_FILE]: curveBytes(trained.curve),
      // A control is written without it, as init's is.
      ...(initializer === undefined || start?.control === "permuted"
        ? {}
        : { [INITIALIZER_FILE]: initializer.toBytes() }),
    },
    manifest: {
      packages: { ...packageVersions(), "@wellbegun/train": packageVersion("@wellbegun/train") },
      recommender: `trained ${options.model}`,
      training,
      seed,
      start: start ?? "random",
      shapes: { users: [users.rows, users.columns], items: [items.rows, items.columns] },
      backend: { name: backend.name, device: backend.capabilities.device },
      input,
      diagnostics: { ...report, epochs: trained.curve.length, quality },
      ...(start?.control === "permuted" ? { control: "permuted" } : {}),
    },
  });
  const sizes: Record<string, number> = { "manifest.json": (await stat(join(out, "manifest.json"))).size };
  for (const [name, { bytes }] of Object.entries(manifest.files)) sizes[name] = bytes;
  return sizes;
}

function tableOf(name: string, { data, rows, columns }: Table) {
  return { name, data, rows, columns };
}

/** A line for each epoch, without the times. */
function curveBytes(curve: readonly EpochRecord[]): Uint8Array {
  const lines = curve.map(({ trainMs, evaluateMs, ...record }) => `${JSON.stringify(record)}\n`);
  return new TextEncoder().encode(lines.join(""));
}
