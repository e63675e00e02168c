import type { DatasetInfo } from "../protocol.ts";
import type { OpenedDataset } from "./opened.ts";

/** What the page shows of an open dataset. */
export function infoOf(dataset: OpenedDataset): DatasetInfo {
  const { train, validation, test, features, name = "dataset", notes } = dataset;
  return {
    name,
    users: train.userCount,
    items: train.itemCount,
    train: train.items.length,
    validation: validation?.items.length ?? 0,
    test: test?.items.length ?? 0,
    modalities: Object.fromEntries(Object.entries(features).map(([key, { columns }]) => [key, columns])),
    notes,
  };
}
