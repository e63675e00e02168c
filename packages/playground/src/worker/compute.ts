import {
  type Backend,
  fit,
  type IdIndex,
  itemDegrees,
  type Model,
  type ProgressEvent,
  userDegrees,
} from "@wellbegun/core";
import type { Computed, RunSettings } from "../protocol.ts";
import { layOut } from "./layout.ts";
import type { OpenedDataset } from "./opened.ts";

/** Computes vectors, and what the page shows of them. */
export async function compute(
  dataset: OpenedDataset,
  settings: RunSettings,
  backend: Backend,
  onProgress: (event: ProgressEvent) => void,
): Promise<{ readonly fitted: Model; readonly result: Computed }> {
  const started = performance.now();
  const fitted = await fit(dataset, { ...settings, backend, onProgress });
  const seconds = (performance.now() - started) / 1000;
  const { users, items, train, clusters, report } = fitted;
  const texts = dataset.itemTexts;
  const result: Computed = {
    users: users.rows,
    items: items.rows,
    dim: users.columns,
    device: `${fitted.backend.name}, ${fitted.backend.device}`,
    seconds,
    warnings: report.warnings.map(({ message }) => message),
    initializer: fitted.toBytes(),
    userNames: namesOf(train.userIds),
    itemNames: namesOf(train.itemIds),
    itemTexts: texts?.size
      ? Array.from(
          { length: items.rows },
          (_, row) => texts.get(String(train.itemIds?.ids[row] ?? row)) ?? "",
        )
      : [],
    itemDegrees: Uint32Array.from(itemDegrees(train)),
    userDegrees: Uint32Array.from(userDegrees(train)),
    labels: Object.fromEntries(Object.entries(clusters).map(([name, { labels }]) => [name, labels.slice()])),
    map: layOut(users.data, items.data, users.columns),
  };
  return { fitted, result };
}

/** Raw IDs as text; none where the rows are the IDs. */
function namesOf(ids: IdIndex | undefined): string[] {
  return ids === undefined ? [] : Array.from(ids.ids, String);
}
