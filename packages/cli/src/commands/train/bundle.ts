import { stat } from "node:fs/promises";
import { join } from "node:path";
import {
  INITIALIZER_FILE,
  identifyData,
  type OutputFolderOptions,
  writeTables,
} from "@wellbegun/adapters/node";
import type { Backend, Observer, Table } from "@wellbegun/core";
import {
  CURVE_FILE,
  curveLines,
  type StartRecord,
  type TrainedModel,
  trainingRecord,
} from "@wellbegun/train";
import type { OpenDataset } from "../../shared/dataset.ts";
import { packageVersion, packageVersions } from "../../shared/versions.ts";
import type { Controls, Quality } from "./judge.ts";

/** What a trained bundle is made of. */
export interface TrainedBundle {
  readonly dataset: OpenDataset;
  /** Whether the features belong to what it was made from. */
  readonly readsFeatures: boolean;
  readonly trained: TrainedModel;
  readonly start: StartRecord | null;
  readonly quality: Quality;
  readonly controls: Controls;
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
  { dataset, readsFeatures, trained, start, quality, controls, backend }: TrainedBundle,
  place: Pick<OutputFolderOptions, "overwrite" | "inputs">,
  { signal, onProgress }: Observer,
): Promise<Record<string, number>> {
  const { users, items, initializer } = trained;
  const input = await identifyData(dataset, {
    signal,
    ...(readsFeatures ? {} : { modalities: [] }),
  });
  const record = trainingRecord(trained, start);
  const manifest = await writeTables(out, {
    ...place,
    signal,
    onProgress,
    tables: [tableOf("users", users), tableOf("items", items)],
    userIds: users.ids?.ids,
    itemIds: items.ids?.ids,
    attachments: {
      [CURVE_FILE]: curveLines(trained.curve),
      // A control is written without it, as init's is.
      ...(initializer === undefined || start?.control === "permuted"
        ? {}
        : { [INITIALIZER_FILE]: initializer.toBytes() }),
    },
    manifest: {
      packages: { ...packageVersions(), "@wellbegun/train": packageVersion("@wellbegun/train") },
      ...record,
      backend: { name: backend.name, device: backend.capabilities.device },
      input,
      diagnostics: { ...record.diagnostics, quality, controls },
    },
  });
  const sizes: Record<string, number> = { "manifest.json": (await stat(join(out, "manifest.json"))).size };
  for (const [name, { bytes }] of Object.entries(manifest.files)) sizes[name] = bytes;
  return sizes;
}

function tableOf(name: string, { data, rows, columns }: Table) {
  return { name, data, rows, columns };
}
