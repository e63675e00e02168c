import { basename } from "node:path";
import type { MmrecDataset } from "@wellbegun/adapters/node";
import { hashFile, hashInteractions } from "./input-hashes.ts";

/** What a bundle's manifest says of the data that it was made from: names and hashes, nothing of place or time. */
export async function inputManifest(dataset: MmrecDataset): Promise<Record<string, unknown>> {
  const features: Record<string, unknown> = {};
  for (const [modality, path] of Object.entries(dataset.files.features)) {
    const { dtype, shape } = dataset.features[modality]!.header;
    features[modality] = { file: basename(path), sha256: await hashFile(path), dtype, shape };
  }
  return {
    layout: "mmrec",
    train: {
      file: basename(dataset.files.interactions),
      interactions: dataset.train.items.length,
      sha256: hashInteractions(dataset.train),
      sha256Of: "the distinct train rows as lines of user, tab, item, sorted by user and then by item",
    },
    features,
  };
}
