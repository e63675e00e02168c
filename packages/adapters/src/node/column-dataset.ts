import { type AbortSignalLike, type Dataset, type Id, WellbegunError } from "@wellbegun/core";
import type { LogOptions, SplitInteractions } from "../columns/log.ts";
import { type ColumnFeatures, readFeatures } from "../columns/read-features.ts";
import { readIds } from "../columns/read-ids.ts";
import { readInteractions } from "../columns/read-interactions.ts";
import type { ColumnFile } from "../columns/source.ts";
import { withColumnFiles } from "./column-file.ts";
import { expandPaths } from "./glob.ts";

/** The files and columns that hold the features of a modality. */
export interface FeatureColumn {
  /** Path or pattern of one or more files. */
  readonly path: string;
  /** Column of the vectors: lists of numbers, all of the same length. */
  readonly column: string;
  /** Column of the items' IDs. Default: the name of the log's item column if the file has it, else `id`. */
  readonly idColumn?: string | undefined;
}

/** The request for a log, as an engine receives it. */
export interface LogFiles extends LogOptions {
  /** Paths and patterns. */
  readonly files: readonly string[];
  readonly signal?: AbortSignalLike | undefined;
}

/** Options of {@link readColumnDataset}. */
export interface ColumnDatasetOptions extends Omit<LogOptions, "alsoItems"> {
  /** Paths and patterns of the log's files, such as `log/*.parquet`. */
  readonly interactions: string | readonly string[];
  /** The features by modality. */
  readonly features: Readonly<Record<string, FeatureColumn>>;
  /**
   * The items of the dataset: every item in the interactions or the features (`all`, the default), so that
   * items without interactions get vectors too; or only the items in the interactions.
   */
  readonly items?: "all" | "interactions" | undefined;
  /** Whether all-zero vectors count as missing (`zeros`, the default) or not (`none`). */
  readonly missing?: "zeros" | "none" | undefined;
  /**
   * The function that reads the log. Default: this package's reader, which reads into memory; `readLog` of
   * `@wellbegun/engine-duckdb` is an alternative.
   */
  readonly readLog?: ((log: LogFiles) => Promise<SplitInteractions>) | undefined;
  readonly signal?: AbortSignalLike | undefined;
}

/** The size of a dataset. */
export interface ColumnCounts {
  readonly users: number;
  readonly items: number;
  /** Interactions of each split; 0 for an absent split. */
  readonly train: number;
  readonly validation: number;
  readonly test: number;
  /** Number of rows of the log that repeat the user and item of another row. */
  readonly duplicates: number;
  /** Items without features, by modality. */
  readonly missing: Readonly<Record<string, number>>;
}

/** A dataset from files of columns. All of it is in memory. */
export interface ColumnDataset extends Dataset {
  readonly counts: ColumnCounts;
  /** Notes for the user: feature rows of items that are not in the dataset. */
  readonly notes: readonly string[];
  readonly features: Readonly<Record<string, ColumnFeatures>>;
  /** Paths of the files read; the given patterns if an engine read them. */
  readonly files: {
    readonly interactions: readonly string[];
    readonly features: Readonly<Record<string, readonly string[]>>;
  };
}

const DOING = "reading a dataset";

/**
 * Reads a dataset from files of columns: a log of interactions with raw IDs, and a file of features for each modality, whose
 * rows are matched to the items by ID.
 *
 * @throws {WellbegunError} `invalid-option` without features; `io` if a pattern names no file; and what `readInteractions`
 * (or the engine), `readIds` and `readFeatures` throw.
 */
export async function readColumnDataset(options: ColumnDatasetOptions): Promise<ColumnDataset> {
  const { interactions, features, items = "all", readLog = readLogFiles, signal, missing, ...log } = options;
  const modalities = Object.entries(features);
  if (modalities.length === 0) {
    throw new WellbegunError("invalid-option", {
      doing: DOING,
      expected: "features of at least one modality",
      found: "none",
      at: "option features",
    });
  }
  const paths: Record<string, readonly string[]> = {};
  for (const [modality, { path }] of modalities) paths[modality] = await expandPaths([path], DOING);
  const alsoItems = new Set<Id>();
  if (items === "all") {
    for (const [modality, column] of modalities) {
      const add = async (files: readonly ColumnFile[]): Promise<void> => {
        for (const id of await readIds(files, idColumnOf(files, column, log.itemColumn), { signal }))
          alsoItems.add(id);
      };
      await withColumnFiles(paths[modality]!, add);
    }
  }
  const files = typeof interactions === "string" ? [interactions] : interactions;
  const read = readLog === readLogFiles ? await expandPaths(files, DOING) : files;
  const splits = await readLog({ ...log, files: read, alsoItems, signal });
  const matched: Record<string, ColumnFeatures> = {};
  for (const [modality, column] of modalities) {
    matched[modality] = await withColumnFiles(paths[modality]!, (sources) =>
      readFeatures(sources, splits.train, {
        idColumn: idColumnOf(sources, column, log.itemColumn),
        column: column.column,
        missing,
        signal,
      }),
    );
  }
  const { repeatedRows, ...interactionsBySplit } = splits;
  const { train, validation, test } = interactionsBySplit;
  const unused = Object.entries(matched).filter(([, { unusedRows }]) => unusedRows > 0);
  return {
    ...interactionsBySplit,
    features: matched,
    counts: {
      users: train.userCount,
      items: train.itemCount,
      train: train.items.length,
      validation: validation?.items.length ?? 0,
      test: test?.items.length ?? 0,
      duplicates: repeatedRows,
      missing: Object.fromEntries(
        Object.entries(matched).map(([name, { missingCount }]) => [name, missingCount]),
      ),
    },
    notes: unused.map(
      ([name, { label, unusedRows }]) =>
        `Rows of items without interactions in ${label} (${name}), left out: ${unusedRows}.`,
    ),
    files: { interactions: read, features: paths },
  };
}

function readLogFiles({ files, ...log }: LogFiles): Promise<SplitInteractions> {
  return withColumnFiles(files, (sources) => readInteractions(sources, log));
}

function idColumnOf(files: readonly ColumnFile[], { idColumn }: FeatureColumn, itemColumn: string): string {
  return idColumn ?? (files[0]?.names.includes(itemColumn) === true ? itemColumn : "id");
}
