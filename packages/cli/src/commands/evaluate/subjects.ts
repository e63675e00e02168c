import {
  type Backend,
  type FeatureSource,
  fit,
  type Observer,
  type RecordedOptions,
  recordOptions,
  type StageTimes,
  type Table,
} from "@wellbegun/core";
import type { TableContestant } from "@wellbegun/evaluation";
import { readCentroids } from "../../shared/centroids.ts";
import { fitContestants } from "../../shared/contestants.ts";
import type { OpenDataset } from "../../shared/dataset.ts";
import { fitOptions } from "../../shared/options/fit-options.ts";
import type { MethodSettings } from "../../shared/options/method.ts";
import type { JudgedTables } from "./judged-tables.ts";

/** Who is judged, beside the baselines. */
export interface Subjects {
  readonly contestants: readonly TableContestant[];
  /** The item table that alignment is measured on. */
  readonly items: Table;
  readonly labels: Readonly<Record<string, Int32Array>>;
  readonly options: RecordedOptions | null;
  /** Milliseconds by stage of the fit; none for given tables. */
  readonly times: StageTimes;
}

/** What a fit makes of the features: each term by itself, and both fused. */
export async function fitSubjects(
  dataset: OpenDataset,
  features: Readonly<Record<string, FeatureSource>>,
  settings: MethodSettings & { readonly otherData?: boolean },
  backend: Backend,
  observer: Observer,
): Promise<Subjects> {
  const centroids =
    settings.centroids === undefined
      ? undefined
      : await readCentroids(settings.centroids, features, {
          otherData: settings.otherData,
          signal: observer.signal,
        });
  const { train } = dataset;
  const fitted = await fit(
    { train, features },
    { ...fitOptions(settings, centroids), ...observer, backend, perModality: false },
  );
  const contestants = fitContestants(fitted.initializer, fitted.users, train);
  const { items } = contestants[0]!.tables;
  const labels = Object.fromEntries(
    Object.entries(fitted.clusters).map(([modality, clusters]) => [modality, clusters.labels]),
  );
  return { contestants, items, labels, options: recordOptions(fitted.options), times: fitted.times };
}

/** Given tables. */
export function fromTables({ name, tables, labels }: JudgedTables): Subjects {
  return { contestants: [{ name, tables }], items: tables.items, labels, options: null, times: {} };
}
