import {
  type AbortSignalLike,
  type AnyInteractions,
  type Dataset,
  type Interactions,
  isSource,
  WellbegunError,
} from "@wellbegun/core";
import { expectChoice, IdTable, namesOf, refuseUnknownKeys } from "@wellbegun/core/support";
import { type LogOptions, logOptionNames, resolveLog, type SplitInteractions } from "../columns/log.ts";
import { type ColumnFeatures, readFeatures } from "../columns/read-features.ts";
import { readIds } from "../columns/read-ids.ts";
import { readInteractions } from "../columns/read-interactions.ts";
import type { ColumnFile } from "../columns/source.ts";
import { type OpenColumnFile, withColumnFiles } from "./column-file.ts";
import type { WithoutFeatures } from "./dataset-folder.ts";
import { expandPaths } from "./glob.ts";
import { type RowFile, rowFile } from "./row-file.ts";

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
export interface ColumnDatasetOptions<Train extends AnyInteractions = Interactions>
  extends Omit<LogOptions, "alsoItems"> {
  /** Paths and patterns of the log's files, such as `log/*.parquet`. */
  readonly interactions: string | readonly string[];
  /** The features by modality. */
  readonly features: Readonly<Record<string, FeatureColumn>>;
  /** Whether no features are refused (the default), or allowed for what needs interactions alone, such as `spectral`. */
  readonly withoutFeatures?: WithoutFeatures | undefined;
  /**
   * The items of the dataset: every item in the interactions or the features (`all`, the default), so that
   * items without interactions get vectors too; or only the items in the interactions.
   */
  readonly items?: "all" | "interactions" | undefined;
  /** Whether all-zero vectors count as missing (`zeros`, the default) or not (`none`). */
  readonly missing?: "zeros" | "none" | undefined;
  /**
   * Where features are kept: in memory (`memory`, the default), or in temporary files (`files`), which have no name and
   * vanish with the process, so that they need not fit in memory.
   */
  readonly keep?: "memory" | "files" | undefined;
  /** An existing folder for these files. Default: the system's. */
  readonly temp?: string | undefined;
  /**
   * The function that reads the log. Default: this package's reader, which reads into memory; `readLog` of
   * `@wellbegun/engine-duckdb` is an alternative, and its `streamLog` gives train interactions that are read in blocks.
   */
  readonly readLog?: ((log: LogFiles) => Promise<SplitInteractions<Train>>) | undefined;
  /**
   * The function that opens a file of features. Default: `openColumnFile`, which decodes a row group of a Parquet file as a
   * whole if the file has no page index; `openColumns` of `@wellbegun/engine-duckdb` reads it in smaller batches.
   */
  readonly openFile?: OpenColumnFile | undefined;
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

/**
 * A dataset from files of columns. All of it is in memory, except features in files, and train interactions that are read
 * in blocks. Close it when done.
 */
export interface ColumnDataset<Train extends AnyInteractions = Interactions> extends Omit<Dataset, "train"> {
  readonly train: Train;
  readonly counts: ColumnCounts;
  /** Notes for the user: feature rows of items that are not in the dataset. */
  readonly notes: readonly string[];
  readonly features: Readonly<Record<string, ColumnFeatures>>;
  /** Paths of the files read; the given patterns if an engine read them. */
  readonly files: {
    readonly interactions: readonly string[];
    readonly features: Readonly<Record<string, readonly string[]>>;
  };
  /** Closes temporary files. */
  close(): Promise<void>;
}

const DOING = "reading a dataset";
const optionNames = [
  // Which items there are besides the log's, the features say.
  ...logOptionNames.filter((name) => name !== "alsoItems"),
  ...namesOf<Omit<ColumnDatasetOptions, keyof LogOptions>>({
    interactions: true,
    features: true,
    items: true,
    missing: true,
    keep: true,
    temp: true,
    readLog: true,
    openFile: true,
    withoutFeatures: true,
    signal: true,
  }),
];
const columnNames = namesOf<FeatureColumn>({ path: true, column: true, idColumn: true });

function checkOptions(options: ColumnDatasetOptions<AnyInteractions>): void {
  refuseUnknownKeys(DOING, options, optionNames);
  for (const column of Object.values(options.features)) refuseUnknownKeys(DOING, column, columnNames);
  // The log's options, before the features are opened.
  resolveLog(options, DOING);
  expectChoice(DOING, "items", options.items, ["all", "interactions"]);
  expectChoice(DOING, "missing", options.missing, ["zeros", "none"]);
  expectChoice(DOING, "keep", options.keep, ["memory", "files"]);
  expectChoice(DOING, "withoutFeatures", options.withoutFeatures, ["refuse", "allow"]);
}

/**
 * Reads a dataset from files of columns: a log of interactions with raw IDs, and a file of features for each modality, whose
 * rows are matched to the items by ID.
 *
 * @throws {WellbegunError} `invalid-option` for an option that there is not, and without features, unless `withoutFeatures` allows it; `io` if a pattern names no file; and what `readInteractions`
 * (or the engine), `readIds` and `readFeatures` throw.
 */
export function readColumnDataset(options: ColumnDatasetOptions): Promise<ColumnDataset>;
export function readColumnDataset<Train extends AnyInteractions>(
  options: ColumnDatasetOptions<Train> & Required<Pick<ColumnDatasetOptions<Train>, "readLog">>,
): Promise<ColumnDataset<Train>>;
export async function readColumnDataset(
  options: ColumnDatasetOptions<AnyInteractions>,
): Promise<ColumnDataset<AnyInteractions>> {
  checkOptions(options);
  const {
    interactions,
    features,
    items = "all",
    readLog = readLogFiles,
    signal,
    missing,
    withoutFeatures = "refuse",
    ...others
  } = options;
  const { keep = "memory", temp, openFile, ...log } = others;
  const modalities = Object.entries(features);
  if (modalities.length === 0 && withoutFeatures === "refuse") {
    throw new WellbegunError("invalid-option", {
      doing: DOING,
      expected: "features of at least one modality",
      found: "none",
      at: "option features",
    });
  }
  const paths: Record<string, readonly string[]> = {};
  for (const [modality, { path }] of modalities) paths[modality] = await expandPaths([path], DOING);
  const alsoItems = new IdTable();
  if (items === "all") {
    for (const [modality, column] of modalities) {
      const add = async (files: readonly ColumnFile[]): Promise<void> => {
        for (const id of await readIds(files, idColumnOf(files, column, log.itemColumn), { signal })) {
          alsoItems.add(id);
        }
      };
      await withColumnFiles(paths[modality]!, add, openFile);
    }
  }
  const files = typeof interactions === "string" ? [interactions] : interactions;
  const read = readLog === readLogFiles ? await expandPaths(files, DOING) : files;
  const splits = await readLog({ ...log, files: read, alsoItems: alsoItems.ids, signal });
  const kept: RowFile[] = [];
  const close = async (): Promise<void> => {
    for (const file of kept.splice(0)) file.close();
  };
  const inFile = (rows: number, columns: number): RowFile => {
    const file = rowFile(rows, columns, temp);
    kept.push(file);
    return file;
  };
  const matched: Record<string, ColumnFeatures> = {};
  try {
    for (const [modality, column] of modalities) {
      const match = (sources: readonly ColumnFile[]): Promise<ColumnFeatures> =>
        readFeatures(sources, splits.train, {
          idColumn: idColumnOf(sources, column, log.itemColumn),
          column: column.column,
          missing,
          keep: keep === "files" ? inFile : undefined,
          signal,
        });
      matched[modality] = await withColumnFiles(paths[modality]!, match, openFile);
    }
  } catch (error) {
    await close();
    throw error;
  }
  const { repeatedRows, train, validation, test } = splits;
  const unused = Object.entries(matched).filter(([, { unusedRows }]) => unusedRows > 0);
  return {
    train,
    ...(validation && { validation }),
    ...(test && { test }),
    features: matched,
    counts: {
      users: train.userCount,
      items: train.itemCount,
      train: isSource(train) ? train.interactionCount : train.items.length,
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
    close,
  };
}

function readLogFiles({ files, ...log }: LogFiles): Promise<SplitInteractions> {
  return withColumnFiles(files, (sources) => readInteractions(sources, log));
}

function idColumnOf(files: readonly ColumnFile[], { idColumn }: FeatureColumn, itemColumn: string): string {
  return idColumn ?? (files[0]?.names.includes(itemColumn) === true ? itemColumn : "id");
}
