import {
  type Backend,
  fit,
  type IdIndex,
  itemDegrees,
  type Model,
  type ProgressEvent,
  type ScoringTables,
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
  const labels = Object.entries(fitted.clusters).map(([name, of]) => [name, of.labels.slice()]);
  const result = computedOf(dataset, fitted, {
    device: `${fitted.backend.name}, ${fitted.backend.device}`,
    seconds,
    warnings: fitted.report.warnings.map(({ message }) => message),
    initializer: fitted.toBytes(),
    labels: Object.fromEntries(labels),
  });
  return { fitted, result };
}

/** What the page shows of vectors of the dataset's users and items. */
export function computedOf(
  { train, itemTexts: texts }: OpenedDataset,
  { users, items }: ScoringTables,
  about: Pick<Computed, "device" | "seconds" | "warnings" | "initializer" | "labels">,
): Computed {
  return {
    ...about,
    users: users.rows,
    items: items.rows,
    dim: users.columns,
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
    map: layOut(users.data, items.data, users.columns),
  };
}

/** Raw IDs as text; none where the rows are the IDs. */
function namesOf(ids: IdIndex | undefined): string[] {
  return ids === undefined ? [] : Array.from(ids.ids, String);
}
