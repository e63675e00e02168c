import { readInteractions } from "@wellbegun/adapters/columns";
import { type LogFiles, readColumnDataset } from "@wellbegun/adapters/node";
import {
  type FeatureSource,
  type FitOptions,
  type IdIndex,
  jobSizes,
  type Observer,
  resolveBackend,
  WellbegunError,
} from "@wellbegun/core";
import { whileOpen } from "@wellbegun/core/support";
import { candidates } from "../../shared/backends/candidates.ts";
import { checkBundleFolder } from "../../shared/bundle-folder.ts";
import { readCentroids } from "../../shared/centroids.ts";
import { columnDatasetOptions } from "../../shared/columns/open.ts";
import { fitOptions } from "../../shared/options/fit-options.ts";
import { namedAgain } from "../../shared/output-file.ts";
import { sparkEngine } from "../../shared/spark-engine.ts";
import { packageVersions } from "../../shared/versions.ts";
import type { PlanSettings } from "./options.ts";

/** What `plan` did, as data: the object that `--json` prints. */
export interface PlanResult {
  readonly job: string;
  readonly items: number;
  /** Width of the vectors. */
  readonly dim: number;
  readonly modalities: readonly string[];
  readonly clusters: Readonly<Record<string, number>>;
  /** The log's files, which the job will read. */
  readonly log: readonly string[];
}

/** What the engine's `planJob` takes and returns, as far as it is used here. */
interface JobRequest {
  readonly features: Readonly<Record<string, FeatureSource>>;
  readonly itemIds: IdIndex | undefined;
  readonly log: Omit<LogFiles, "duplicates" | "alsoItems"> & { readonly duplicates?: string | undefined };
}
type PlanJob = (
  job: string,
  request: JobRequest,
  options: FitOptions & Readonly<Record<string, unknown>>,
) => Promise<{ readonly dim: number; readonly items: { readonly count: number } }>;

/**
 * Reads the features, and writes the job's folder.
 *
 * @throws {WellbegunError} `invalid-option` without `--job`; `unavailable` if the engine is not installed; and what reading and
 * planning throw.
 */
export async function runPlan(settings: PlanSettings, observer: Observer): Promise<PlanResult> {
  const { job, force = false, sampleItems } = settings;
  if (job === undefined) {
    throw new WellbegunError("invalid-option", {
      doing: "reading the options",
      expected: "a folder to write the job to",
      found: "none",
      at: "option --job",
    });
  }
  const places = Object.values(settings.features ?? {}).map(({ path }) => path);
  const place = {
    overwrite: namedAgain(job, force) ? job : force,
    inputs: [...places, ...(settings.centroids === undefined ? [] : [settings.centroids])],
  };
  // Before the features are read, which may take long.
  await checkBundleFolder(job, "a job for Spark", place);
  const planJob = (await sparkEngine()).planJob as PlanJob;
  observer.onProgress?.({ stage: "load", done: 0, total: 1 });
  const columns = columnDatasetOptions(settings);
  const { interactions, userColumn, itemColumn, weightColumn, split, duplicates } = columns;
  // The items are those of the features; the log is the job's to read.
  const dataset = await readColumnDataset({
    ...columns,
    readLog: ({ files: _, ...log }) => readInteractions([], log),
    signal: observer.signal,
  });
  const { features } = dataset;
  const { signal } = observer;
  const centroids =
    settings.centroids === undefined
      ? undefined
      : await readCentroids(settings.centroids, features, { signal });
  const options = fitOptions(settings, centroids);
  const { backend } = await resolveBackend(settings.backend ?? "auto", {
    candidates,
    sizes: jobSizes(dataset, options),
  });
  return await whileOpen(async (onClose) => {
    onClose(() => backend.dispose());
    const files = typeof interactions === "string" ? [interactions] : interactions;
    const log = { files, userColumn, itemColumn, weightColumn, split, duplicates };
    const plan = await planJob(
      job,
      { features, itemIds: dataset.train.itemIds, log },
      {
        ...options,
        ...observer,
        backend,
        sampleItems,
        ...place,
        packages: packageVersions(),
      },
    );
    return {
      job,
      items: plan.items.count,
      dim: plan.dim,
      modalities: Object.keys(features),
      clusters: clustersOf(plan),
      log: files,
    };
  });
}

function clustersOf(plan: object): Record<string, number> {
  const { report } = plan as {
    readonly report?: { readonly clusters?: Record<string, { clusters: number }> };
  };
  return Object.fromEntries(
    Object.entries(report?.clusters ?? {}).map(([modality, { clusters }]) => [modality, clusters]),
  );
}
