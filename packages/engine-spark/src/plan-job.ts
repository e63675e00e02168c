import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { type BundleTable, clusterTables } from "@wellbegun/adapters/bundle";
import { type OutputFolderOptions, writeTables } from "@wellbegun/adapters/node";
import {
  type FeatureSource,
  type FitOptions,
  type FittedTables,
  fitInto,
  type IdIndex,
  type InitializerState,
  type Interactions,
  interactionsFromArrays,
  recordOptions,
  resolveOptions,
  type StartCentroids,
  WellbegunError,
} from "@wellbegun/core";
import {
  INITIALIZER_FILE,
  type JobPlan,
  PLAN_FILE,
  PLAN_FORMAT,
  PROGRAM_FILE,
  planLog,
  type SparkLog,
} from "./plan.ts";
import { featuresOfRows, sampleRows } from "./sample.ts";

/** What a job is planned from. */
export interface JobInput {
  /** Features by modality: row r belongs to item row r. */
  readonly features: Readonly<Record<string, FeatureSource>>;
  /** Raw item IDs in row order. Default: the row numbers are the IDs. */
  readonly itemIds?: IdIndex | undefined;
  readonly log: SparkLog;
}

/** Options of {@link planJob}: those of a fit, and where its folder may be written. */
export interface PlanOptions
  extends Omit<FitOptions, "perModality">,
    Pick<OutputFolderOptions, "overwrite" | "inputs"> {
  /**
   * Items that k-means runs on, drawn evenly with the seed; the others are then assigned to the nearest centroid in one
   * pass. Default: 1048576; with fewer items k-means runs on all of them, as in core.
   */
  readonly sampleItems?: number | undefined;
  /** Versions of packages that the bundle's manifest will list, by name. Default: none. */
  readonly packages?: Readonly<Record<string, string>> | undefined;
}

const DOING = "planning a Spark job";

/**
 * Writes a job's folder: the items projected into the space of the vectors, their clusters, `plan.json`, and `job.py`, which
 * `spark-submit` runs. Only the features are read here; the log is read by the job.
 *
 * @param folder The job's folder. It is a bundle of the item tables, so its files are checked by their hashes.
 * @throws {WellbegunError} `invalid-option` for an option that the job cannot follow: `smooth`, which needs the log; and what
 * `fit` and `writeTables` throw.
 */
export async function planJob(folder: string, input: JobInput, options: PlanOptions = {}): Promise<JobPlan> {
  const log = planLog(input.log, DOING);
  const { sampleItems = 1 << 20, overwrite, inputs, packages, ...fitting } = options;
  if (!Number.isSafeInteger(sampleItems) || sampleItems < 1) {
    throw bad("a number of items from 1", `${sampleItems}`, "option sampleItems");
  }
  const fitted = await fitItems(input, fitting, sampleItems);
  const { state } = fitted.initializer!;
  const recorded = recordOptions(fitted.options);
  const kind = typeof input.itemIds?.ids[0] === "string" ? "text" : "number";
  const tables = jobTables(state);
  const modalities = Object.entries(state.modalities).map(([name, { columns, column, weight, missing }]) => ({
    name,
    items: `items.${name}.npy`,
    points: `points.${name}.npy`,
    labels: `labels.${name}.npy`,
    missing: missing === undefined ? null : `missing.${name}.npy`,
    columns,
    column,
    weight,
    lambda: fitted.options.lambda[name]!,
    normalization: fitted.options.normalization[name]!,
  }));
  const plan = (ids: string | null): JobPlan => ({
    format: PLAN_FORMAT,
    version: 1,
    log,
    items: { count: state.itemDegrees.length, ids, kind },
    dim: state.dim,
    unit: fitted.options.scale === "unit",
    scale: fitted.options.scale,
    modalities,
    options: recorded,
    report: { clusters: fitted.report.clusters, explained: fitted.report.explained },
  });
  const listed =
    input.itemIds !== undefined && !input.itemIds.ids.every((id, row) => String(id) === `${row}`);
  const made = plan(listed ? "item_ids.txt" : null);
  await writeTables(folder, {
    tables: [...tables, ...clusterTables(fitted).filter(({ name }) => name.startsWith("centroids."))],
    itemIds: input.itemIds?.ids,
    // The job maps each table as one file.
    rowsPerPart: Number.MAX_SAFE_INTEGER,
    manifest: { packages: { ...packages }, options: recorded },
    attachments: {
      [PLAN_FILE]: new TextEncoder().encode(`${JSON.stringify(made, null, 2)}\n`),
      [PROGRAM_FILE]: await readFile(jobProgram()),
      [INITIALIZER_FILE]: fitted.initializer!.toBytes(),
    },
    overwrite,
    inputs,
    signal: options.signal,
    onProgress: options.onProgress,
  });
  return made;
}

/** The program of a job, in the folder of this package. */
function jobProgram(): string {
  const manifest = createRequire(import.meta.url).resolve("@wellbegun/engine-spark/package.json");
  return join(dirname(manifest), "python/job.py");
}

/** A fit of the items: core's own stages, on interactions that only stand in for the log's. */
async function fitItems(input: JobInput, options: FitOptions, sampleItems: number): Promise<FittedTables> {
  const widths = Object.fromEntries(
    Object.entries(input.features).map(([name, { columns }]) => [name, columns]),
  );
  const { smooth, lambda, seed } = resolveOptions(options, widths);
  if (smooth !== 0) throw bad("0, since smoothing needs the log", `${smooth}`, "option smooth");
  const rows = Object.values(input.features)[0]?.rows ?? 0;
  const clustered = Object.values(lambda).some((own) => own < 1) || options.clusters !== undefined;
  const given = options.centroids !== undefined || options.maxIterations === 0;
  if (rows <= sampleItems || !clustered || given) return fit(input.features, input.itemIds, rows, options);
  const sample = sampleRows(rows, sampleItems, seed);
  const sampled = Object.fromEntries(
    Object.entries(input.features).map(([name, source]) => [name, featuresOfRows(source, sample)]),
  );
  const { clusters } = await fit(sampled, undefined, sample.length, options);
  const centroids: Record<string, StartCentroids> = Object.fromEntries(
    Object.entries(clusters).map(
      ([
        name,
        {
          centroids: { data, rows: count },
        },
      ]) => [name, { data, clusters: count }],
    ),
  );
  return fit(input.features, input.itemIds, rows, {
    ...options,
    clusters: undefined,
    centroids,
    maxIterations: 0,
  });
}

function fit(
  features: JobInput["features"],
  itemIds: IdIndex | undefined,
  rows: number,
  options: FitOptions,
): Promise<FittedTables> {
  const sink = { begin: () => undefined, write: () => undefined };
  const train = standIns(rows, itemIds);
  return fitInto({ train, features }, { ...options, perModality: false, initializer: true }, sink);
}

/** Users of one item each, evenly spread: no stage before the aggregation depends on them, and no result of theirs is kept. */
function standIns(itemCount: number, itemIds: IdIndex | undefined): Interactions {
  const userCount = Math.min(itemCount, 1000);
  const users = Array.from({ length: userCount }, (_, user) => user);
  const items = users.map((user) => Math.floor((user * itemCount) / userCount));
  return interactionsFromArrays({ users, items, userCount, itemCount, itemIds });
}

function jobTables({ modalities, itemDegrees }: InitializerState): BundleTable[] {
  const rows = itemDegrees.length;
  return Object.entries(modalities).flatMap(
    ([name, { items, points, labels, missing, columns, clusters }]) => [
      { name: `items.${name}`, rows, columns, data: items },
      { name: `points.${name}`, rows: clusters + 1, columns, data: points },
      { name: `labels.${name}`, rows, data: labels },
      ...(missing === undefined ? [] : [{ name: `missing.${name}`, rows, data: Int32Array.from(missing) }]),
    ],
  );
}

function bad(expected: string, found: string, at: string): WellbegunError {
  return new WellbegunError("invalid-option", { doing: DOING, expected, found, at });
}
