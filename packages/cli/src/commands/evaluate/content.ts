import { type Backend, denseFeatures, type Observer } from "@wellbegun/core";
import { explainedByClusters, linearCka } from "@wellbegun/evaluation";
import type { OpenDataset } from "../../shared/dataset.ts";
import type { Subjects } from "./subjects.ts";

/** Linear CKA between the modalities and the judged items. */
export function compareContent(
  { features, train }: OpenDataset,
  { items }: Subjects,
  backend: Backend,
  observer: Observer,
): Promise<Record<string, Record<string, number>>> {
  const judged = denseFeatures(items.data, train.itemCount, items.columns, { label: "the judged items" });
  return linearCka({ ...features, items: judged }, { ...observer, backend });
}

/** The share of users' variance that the clusters of each modality explain. */
export function explained({ train }: OpenDataset, { items, labels }: Subjects): Record<string, number> {
  const entries = Object.entries(labels).map(([modality, own]) => [
    modality,
    explainedByClusters({ items: items.data, columns: items.columns, labels: own }, train),
  ]);
  return Object.fromEntries(entries);
}
