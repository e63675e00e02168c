import {
  type Backend,
  type Dataset,
  fit,
  type IdIndex,
  itemDegrees,
  type Model,
  type ProgressEvent,
  userDegrees,
} from "@wellbegun/core";
import type { Computed, RunSettings } from "../protocol.ts";
import { layOut } from "./layout.ts";

/** Computes vectors, and what the page shows of them. */
export async function compute(
  dataset: Dataset,
  settings: RunSettings,
  backend: Backend,
  onProgress: (event: ProgressEvent) => void,
): Promise<{ readonly fitted: Model; readonly result: Computed }> {
  const started = performance.now();
  const fitted = await fit(dataset, { ...settings, backend, onProgress });
  const seconds = (performance.now() - started) / 1000;
  const { users, items, train, clusters, report } = fitted;
  const result: Computed = {
    users: users.rows,
    items: items.rows,
    dim: users.columns,
    device: `${fitted.backend.name}, ${fitted.backend.device}`,
    seconds,
    warnings: report.warnings.map(({ message }) => message),
    initializer: fitted.toBytes(),
    itemNames: namesOf(train.itemIds, items.rows),
    itemDegrees: Uint32Array.from(itemDegrees(train)),
    userDegrees: Uint32Array.from(userDegrees(train)),
    labels: Object.fromEntries(Object.entries(clusters).map(([name, { labels }]) => [name, labels])),
    map: layOut(users.data, items.data, users.columns),
  };
  return { fitted, result };
}

/** What to call each row: its raw ID, else its number. */
export function namesOf(ids: IdIndex | undefined, rows: number): string[] {
  return Array.from({ length: rows }, (_, row) => String(ids?.ids[row] ?? row));
}
