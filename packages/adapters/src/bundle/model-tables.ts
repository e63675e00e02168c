import type { FittedTables, Model, Table } from "@wellbegun/core";
import type { ArrayTable } from "./tables.ts";

/** All tables of a model, as `wellbegun init` writes them: for users, items and clusters. */
export function modelTables(model: Model): ArrayTable[] {
  const named: [string, Table][] = [
    ["users", model.users],
    ...Object.entries(model.perModality).map(([name, table]): [string, Table] => [`users.${name}`, table]),
    ["items", model.items],
  ];
  return [
    ...named.map(([name, { data, rows, columns }]) => ({ name, data, rows, columns })),
    ...clusterTables(model),
  ];
}

/** `centroids.<modality>` and `labels.<modality>` of each modality. */
export function clusterTables({ clusters }: Pick<FittedTables, "clusters">): ArrayTable[] {
  return Object.entries(clusters).flatMap(([modality, { centroids, labels }]) => [
    { name: `centroids.${modality}`, data: centroids.data, rows: centroids.rows, columns: centroids.columns },
    { name: `labels.${modality}`, rows: labels.length, data: labels },
  ]);
}
