import { basename } from "node:path";
import type { MmrecDataset } from "@wellbegun/adapters/node";
import { type Backend, type FittedTables, recordOptions } from "@wellbegun/core";
import { hashFile, hashInteractions } from "../../shared/input-hashes.ts";
import { packageVersions } from "../../shared/versions.ts";

/**
 * What a bundle's manifest says of its making: enough to make it again, and nothing of when, where or in which order of
 * rows it was made, so that equal data and options give equal bytes.
 */
export async function manifestContent(
  dataset: MmrecDataset,
  fitted: FittedTables,
  backend: Backend,
): Promise<Record<string, unknown>> {
  const features: Record<string, unknown> = {};
  for (const [modality, path] of Object.entries(dataset.files.features)) {
    const { dtype, shape } = dataset.features[modality]!.header;
    features[modality] = { file: basename(path), sha256: await hashFile(path), dtype, shape };
  }
  const shapes = Object.entries(fitted.report.tables).map(([name, { rows, columns }]) => [
    name,
    [rows, columns],
  ]);
  return {
    packages: packageVersions(),
    options: recordOptions(fitted.options),
    seed: fitted.options.seed,
    shapes: Object.fromEntries(shapes),
    backend: { name: backend.name, device: backend.capabilities.device },
    input: {
      layout: "mmrec",
      train: {
        file: basename(dataset.files.interactions),
        interactions: dataset.train.items.length,
        sha256: hashInteractions(dataset.train),
        sha256Of: "the distinct train rows as lines of user, tab, item, sorted by user and then by item",
      },
      features,
    },
    diagnostics: fitted.report,
  };
}
