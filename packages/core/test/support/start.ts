import type { FitOptions, Prepare } from "../../src/index.ts";
import { naivePrepare } from "../naive.ts";
import type { PlainData } from "./dataset.ts";
import { flat, type Rows } from "./tables.ts";

/** The first three rows of each modality, prepared: centroids to start k-means from without drawing any. */
export function startRows(data: PlainData, prepare: Prepare): Record<string, Rows> {
  const entries = Object.entries(data.features).map(([modality, rows]) => {
    const prepared = naivePrepare(rows, prepare).filter((row) => row !== null);
    return [modality, prepared.slice(0, 3)] as const;
  });
  return Object.fromEntries(entries);
}

/** Starting centroids by modality as the option takes them. */
export function asCentroids(start: Readonly<Record<string, Rows>>): NonNullable<FitOptions["centroids"]> {
  const entries = Object.entries(start).map(([modality, rows]) => [
    modality,
    { data: flat(rows), clusters: rows.length },
  ]);
  return Object.fromEntries(entries);
}
